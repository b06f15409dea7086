using Scalar.AspNetCore;

namespace B2BAssertions.JwksService;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c> and its page at <c>/scalar</c>, which loads nothing from elsewhere.</summary>
internal static class ApiDescription
{
    private const string Title = "Partner key registry";

    public static void AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = Title;
            return Task.CompletedTask;
        }));

    public static void MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi();
        app.MapScalarApiReference(options =>
        {
            options.Title = Title;
            options.DefaultFonts = false;
            options.Telemetry = false;
        });
    }
}
