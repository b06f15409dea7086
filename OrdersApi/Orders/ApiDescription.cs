using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>What the OpenAPI document says of this API as a whole; <see cref="ApiReference"/> tells where it is served.</summary>
internal static class ApiDescription
{
    private const string Title = "Orders API";
    private const string BearerScheme = "accessToken";

    public static void AddApiDescription(this WebApplicationBuilder builder) => builder.Services.AddOpenApi(options =>
    {
        options.AddHouseRules();
        options.AddLimit(PageQuery.DefaultLimit, PageQuery.MaxLimit);
        options.AddSchemaTransformer((schema, context, _) => Describe(schema, context.JsonTypeInfo.Type));
        options.AddDocumentTransformer((document, _, _) => Describe(document));
    });

    public static void MapApiDescription(this WebApplication app) => app.MapApiDescription(Title);

    private static Task Describe(OpenApiSchema schema, Type type)
    {
        if (type == typeof(ProblemDetails))
        {
            // Called after the house rules, which made the properties.
            schema.Properties!["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "With the code order_invalid: for each member at fault, by its path such as lines[0].quantity, what was expected.",
                AdditionalProperties = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            };
        }

        return Task.CompletedTask;
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
        if (document.Components.Schemas?.TryGetValue(nameof(NewOrderLine), out var line) is true)
        {
            // A part of a request, and as strict as the whole.
            ((OpenApiSchema)line).AdditionalPropertiesAllowed = false;
        }

        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "Access token (RFC 9068) issued for this API by its authorization server: see "
                    + "/.well-known/oauth-protected-resource. With the scope read for what reads orders, with the scope write for what changes them; "
                    + "and to change them the client must have authenticated itself by a method that sends no secret, such as private_key_jwt.",
            },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] }];
        return Task.CompletedTask;
    }
}
