using Microsoft.OpenApi;

using Scalar.AspNetCore;

namespace B2BAssertions.JwksService;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c> and a page to read it at <c>/scalar</c>, both open to anyone.</summary>
internal static class ApiDescription
{
    private const string Title = "Partner key registry";
    private const string EnrolmentTokenScheme = "enrolmentToken";

    public static void AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) => Describe(document)));

    public static void MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi();
        app.MapScalarApiReference(options =>
            {
                options.Title = Title;
                options.DefaultFonts = false;
                options.Telemetry = false;
                options.Agent = new ScalarAgentOptions { Disabled = true };
                options.HideClientButton = true;
                options.HideDeveloperTools();
                options.DynamicNonce = true;
            })
            .AddEndpointFilter(AllowOwnContentOnlyAsync);
    }

    /// <summary>Says that the operation needs the enrolment token; the others need nothing.</summary>
    public static RouteHandlerBuilder WithEnrolmentTokenScheme(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer((operation, context, _) =>
        {
            operation.Security =
                [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(EnrolmentTokenScheme, context.Document)] = [] }];
            return Task.CompletedTask;
        });

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = Title,
            Version = "v1",
            Description = "Public keys of business partners. Errors are application/problem+json with a stable code and a trace id.",
        };

        // The address that the document was asked at need not be one that partners know.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [EnrolmentTokenScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "One-time enrolment token, which the operator gives to the partner: it registers one key.",
            },
        };
        return Task.CompletedTask;
    }

    /// <summary>The page gets a token typed in: no script, font or request of it may come from or go to another host.</summary>
    private static async ValueTask<object?> AllowOwnContentOnlyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        var nonce = context.HttpContext.Items[ScalarOptions.NonceHttpContextItemKey];
        context.HttpContext.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            + "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return result;
    }
}
