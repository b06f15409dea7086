using B2BAssertions.ServiceDefaults;

using Microsoft.OpenApi;

namespace B2BAssertions.JwksService;

/// <summary>What the OpenAPI document says of this API as a whole; <see cref="ApiReference"/> tells where it is served.</summary>
internal static class ApiDescription
{
    private const string Title = "Partner key registry";
    private const string AccessTokenScheme = "accessToken";
    private const string EnrolmentTokenScheme = "enrolmentToken";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddHouseRules();
        options.AddLimit(PageQuery.DefaultLimit, PageQuery.MaxLimit);
        options.AddRegistrySchemas();
        options.AddOperationTransformer((operation, context, _) => Describe(operation, context.Description.HttpMethod));
        options.AddDocumentTransformer((document, _, _) => Describe(document));
    });

    public static void MapApiDescription(this WebApplication app) => app.MapApiDescription(Title);

    /// <summary>Says that the operations need an access token.</summary>
    public static TBuilder WithAccessTokenScheme<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithAnyScheme(AccessTokenScheme);

    /// <summary>Says that the operation needs an access token or an enrolment token.</summary>
    public static TBuilder WithTokenSchemes<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithAnyScheme(AccessTokenScheme, EnrolmentTokenScheme);

    private static TBuilder WithAnyScheme<TBuilder>(this TBuilder endpoints, params string[] schemes)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddOpenApiOperationTransformer((operation, context, _) =>
        {
            operation.Security =
            [
                .. schemes.Select(scheme => new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [],
                }),
            ];
            return Task.CompletedTask;
        });

    private static Task Describe(OpenApiOperation operation, string? method)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(parameter => parameter.Name == "clientId") ?? [])
        {
            parameter.Description = "The partner's client id.";
        }

        if (method == HttpMethods.Head)
        {
            // One endpoint, and so one name, for both methods.
            operation.OperationId = operation.OperationId?.Replace("Get", "Head", StringComparison.Ordinal);
            operation.Summary = $"{operation.Summary} Headers alone.";
            foreach (var response in operation.Responses?.Values ?? Enumerable.Empty<IOpenApiResponse>())
            {
                response.Content?.Clear();
            }
        }

        return Task.CompletedTask;
    }

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = Title,
            Version = "v1",
            Description = "Public keys of business partners: submitted with a proof of possession, published for everyone as a JWK Set. "
                + "Times are RFC 3339, in UTC. Errors are application/problem+json with a stable code and a trace id.",
        };

        // The address that the document was asked at need not be one that partners know.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [AccessTokenScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "Access token (RFC 9068) issued for this registry: operators with the scope partners:manage, partners with "
                    + "the scope keys for their own client id. See /.well-known/oauth-protected-resource.",
            },
            [EnrolmentTokenScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "One-time enrolment token, which the operator gives to the partner: it registers one key.",
            },
        };
        return Task.CompletedTask;
    }
}
