using System.Globalization;
using System.Text.Json.Serialization;

using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

using Scalar.AspNetCore;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c> and a page to read it at <c>/scalar</c>, both open to anyone.</summary>
internal static class ApiDescription
{
    private const string BearerScheme = "accessToken";

    public static void AddApiDescription(this WebApplicationBuilder builder)
    {
        // A number is never sent or described as text.
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        builder.Services.AddOpenApi(options =>
        {
            options.AddSchemaTransformer((schema, context, _) => DescribeAnswer(schema, context.JsonTypeInfo.Type));
            options.AddOperationTransformer((operation, _, _) => DescribeLimit(operation));
            options.AddDocumentTransformer((document, _, _) => Describe(document));
        });
    }

    public static void MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        app.MapScalarApiReference(options =>
            {
                options.Title = "Orders API";
                options.DefaultFonts = false;
                options.Telemetry = false;
                options.Agent = new ScalarAgentOptions { Disabled = true };
                options.HideClientButton = true;
                options.HideDeveloperTools();
                options.DynamicNonce = true;
            })
            .AddEndpointFilter(AllowOwnContentOnlyAsync)
            .AllowAnonymous();
    }

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Orders API",
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

    /// <summary>Answers may get new members some day, so partners must not be told that there are none; problems have two of ours.</summary>
    private static Task DescribeAnswer(OpenApiSchema schema, Type type)
    {
        schema.AdditionalPropertiesAllowed = true;
        if (type == typeof(ProblemDetails))
        {
            schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
            schema.Properties["code"] = Text("Stable code of the error.");
            schema.Properties["traceId"] = Text("Name it when you ask the operator.");
        }

        return Task.CompletedTask;
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    /// <summary>The parameter is read as text, for a better answer to a bad one; to partners it is a number.</summary>
    private static Task DescribeLimit(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(parameter => parameter.Name == "limit") ?? [])
        {
            parameter.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = PageQuery.MaxLimit.ToString(CultureInfo.InvariantCulture),
                Default = PageQuery.DefaultLimit,
            };
        }

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
