using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.JwksService.Partners;

using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace B2BAssertions.JwksService;

/// <summary>What the OpenAPI document says of bodies that their types alone do not tell.</summary>
internal static class ApiSchemas
{
    private const string Jwk = "Jwk";
    private const string JwkSet = "JwkSet";

    public static void AddRegistrySchemas(this OpenApiOptions options)
    {
        var nameOf = options.CreateSchemaReferenceId;
        options.CreateSchemaReferenceId = type => type.Type switch
        {
            { } key when key == typeof(JsonElement) => Jwk,
            { } set when set == typeof(JsonObject) => JwkSet,
            _ => nameOf(type),
        };
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Describe(schema, context);
            return Task.CompletedTask;
        });
    }

    private static void Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(JsonElement))
        {
            DescribeJwk(schema);
        }
        else if (type == typeof(JsonObject))
        {
            DescribeJwkSet(schema, context.Document);
        }
        else if (type == typeof(Retirement))
        {
            Limit(schema, "overlapSeconds", TimeSpan.Zero, JwksServiceOptions.GreatestRetirementOverlap);
        }
        else if (type == typeof(NewEnrolment))
        {
            Limit(schema, "lifetimeSeconds", JwksServiceOptions.LeastTokenLifetime, JwksServiceOptions.GreatestTokenLifetime);
        }
        else if (type == typeof(Reason))
        {
            Limit(schema, "reason", Reason.MaxLength);
        }
        else if (type == typeof(NewPartner))
        {
            Limit(schema, "clientId", ClientId.MaxLength);
            LimitDetails(schema);
        }
        else if (type == typeof(ChangedPartner))
        {
            LimitDetails(schema);
        }
    }

    private static void DescribeJwk(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "A public key as a JWK (RFC 7517): an RSA key for PS256 or a key on P-256 for ES256, and no private member.";
        schema.Required = new HashSet<string> { "kty" };
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["kty"] = OneOf("Type of the key.", "RSA", "EC"),
            ["kid"] = Text($"Id of the key; its RFC 7638 thumbprint where the partner names none. At most {PublicJwk.MaxKeyIdLength} characters."),
            ["alg"] = OneOf("Algorithm of the key.", [.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)]),
            ["use"] = OneOf("What the key is for.", "sig"),
            ["n"] = Text($"RSA: the modulus, base64url, {PublicJwk.MinRsaBits} to {PublicJwk.MaxRsaBits} bits."),
            ["e"] = Text("RSA: the exponent, base64url."),
            ["crv"] = OneOf("EC: the curve.", "P-256"),
            ["x"] = Text("EC: the x coordinate, base64url."),
            ["y"] = Text("EC: the y coordinate, base64url."),
        };
    }

    private static void DescribeJwkSet(OpenApiSchema schema, OpenApiDocument? document)
    {
        schema.Description = "A JWK Set (RFC 7517 section 5).";
        schema.Required = new HashSet<string> { "keys" };
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["keys"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchemaReference(Jwk, document) },
        };
    }

    private static void Limit(OpenApiSchema schema, string member, TimeSpan least, TimeSpan greatest)
    {
        var seconds = MemberOf(schema, member);
        seconds.Minimum = least.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        seconds.Maximum = greatest.TotalSeconds.ToString(CultureInfo.InvariantCulture);
    }

    private static void Limit(OpenApiSchema schema, string member, int maxLength)
    {
        var text = MemberOf(schema, member);
        text.MinLength = 1;
        text.MaxLength = maxLength;
    }

    private static void LimitDetails(OpenApiSchema schema)
    {
        Limit(schema, "name", Partner.MaxNameLength);
        Limit(schema, "contact", Partner.MaxContactLength);
        MemberOf(schema, "allowedAlgorithms").MinItems = 1;
    }

    private static OpenApiSchema MemberOf(OpenApiSchema schema, string member) => (OpenApiSchema)schema.Properties![member];

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema OneOf(string description, params string[] values)
    {
        var schema = Text(description);
        schema.Enum = [.. values.Select(value => JsonValue.Create(value))];
        return schema;
    }
}
