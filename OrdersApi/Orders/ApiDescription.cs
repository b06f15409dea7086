using B2BAssertions.ServiceDefaults;

using Microsoft.OpenApi;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c> and a page to read it at <c>/scalar</c>, both open to anyone.</summary>
internal static class ApiDescription
{
    private const string Title = "Orders API";
    private const string BearerScheme = "accessToken";

    public static void AddApiDescription(this WebApplicationBuilder builder) => builder.Services.AddOpenApi(options =>
    {
        options.AddHouseRules();
        options.AddLimit(PageQuery.DefaultLimit, PageQuery.MaxLimit);
        options.AddDocumentTransformer((document, _, _) => Describe(document));
    });

    public static void MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        app.MapApiReference(Title);
    }

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = Title,
            Version = "v1",
            Description = "Orders of business partners. Errors are application/problem+json with a stable code and a trace id.",
        };

        // The address that the document was asked at need not be one that partners know.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "Access token (RFC 9068) with the scope read, issued for this API by its authorization server: "
                    + "see /.well-known/oauth-protected-resource.",
            },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] }];
        return Task.CompletedTask;
    }
}
