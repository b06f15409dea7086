using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>A token request as the tutorial sends it; what differs from it is a fault, named by a word.</summary>
internal sealed record CurityTokenRequest(JsonObject Header, JsonObject Claims, byte[] Content, byte[] Signature)
{
    private static readonly Dictionary<string, string> Form = new()
    {
        ["grant_type"] = "client_credentials",
        ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    };

    /// <summary>Beyond the tutorial, and all that RFC 6749 §4.4.2 and RFC 7521 §4.2 leave to the client.</summary>
    private static readonly Dictionary<string, string> Optional = new()
    {
        ["scope"] = SystemSettings.ReadScope,
        ["client_id"] = SystemSettings.PartnerClientId,
    };

    /// <summary>Reads the form and the assertion in it.</summary>
    public static bool TryRead(
        Dictionary<string, StringValues> form,
        [NotNullWhen(true)] out CurityTokenRequest? request,
        [NotNullWhen(false)] out string? fault)
    {
        request = null;
        fault = FindFault(form);
        if (fault is not null)
        {
            return false;
        }

        if (form["client_assertion"].ToString().Split('.') is not [var header, var claims, var signature])
        {
            fault = "client_assertion";
            return false;
        }

        request = new CurityTokenRequest(
            JsonNode.Parse(Base64Url.DecodeFromChars(header))!.AsObject(),
            JsonNode.Parse(Base64Url.DecodeFromChars(claims))!.AsObject(),
            Encoding.ASCII.GetBytes($"{header}.{claims}"),
            Base64Url.DecodeFromChars(signature));
        return true;
    }

    private static string? FindFault(Dictionary<string, StringValues> form)
    {
        foreach (var (name, values) in form.Where(field => field.Key != "client_assertion"))
        {
            if ((Form.GetValueOrDefault(name) ?? Optional.GetValueOrDefault(name)) != values)
            {
                return name;
            }
        }

        return Form.Keys.Append("client_assertion").FirstOrDefault(name => !form.ContainsKey(name)) is { } missing ? $"no {missing}" : null;
    }

    /// <summary>Checks the assertion itself.</summary>
    public string? FindFault(string tokenEndpoint, PublicJwk key)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (string Name, bool Holds)[] checks =
        [
            ("alg", Text(Header, "alg") == "PS256"),
            ("typ", Header["typ"] is null || Text(Header, "typ") == "JWT"),
            ("iss", Text(Claims, "iss") == SystemSettings.PartnerClientId),
            ("sub", Text(Claims, "sub") == SystemSettings.PartnerClientId),
            ("aud", Text(Claims, "aud") == tokenEndpoint),
            ("jti", Text(Claims, "jti") is { Length: > 0 }),
            ("iat", Claims["iat"]?.GetValue<long>() <= now + 10),
            ("exp", Claims["exp"]?.GetValue<long>() > now),
            ("signature", IsSignedBy(key)),
        ];
        return checks.FirstOrDefault(check => !check.Holds).Name;
    }

    private bool IsSignedBy(PublicJwk key) =>
        key.SecurityKey is RsaSecurityKey { Parameters: var parameters }
        && RSA.Create(parameters).VerifyData(Content, Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    private static string? Text(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
