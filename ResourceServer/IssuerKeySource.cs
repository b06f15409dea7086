using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Configuration;

namespace B2BAssertions.ResourceServer;

/// <summary>The issuer's keys as it publishes them now, or why they cannot be had.</summary>
internal sealed record FetchedKeys(JwkSet? Keys, string? Fault);

/// <summary>Reads the issuer's metadata (RFC 8414, else OpenID Connect Discovery) and the JWK Set that it names.</summary>
internal sealed class IssuerKeySource(IHttpClientFactory clients, ResourceServerOptions options, IConfiguration configuration)
{
    public const string HttpClientName = "issuer";

    /// <summary>For each of the two documents: both are a few kilobytes.</summary>
    private const int MaxDocumentBytes = 256 * 1024;

    /// <summary>For each of the two documents. A client waits meanwhile, so there is one attempt, and a 503 tells it to try again.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public static void Configure(HttpClient client)
    {
        client.Timeout = Timeout;
        client.MaxResponseContentBufferSize = MaxDocumentBytes;
    }

    public async Task<FetchedKeys> FetchAsync()
    {
        var address = WellKnownAddress.OfAuthorizationServer(options.Issuer);
        using var client = clients.CreateClient(HttpClientName);
        try
        {
            var metadata = await GetUnlessRefusedAsync(client, address);
            if (metadata is null)
            {
                address = OpenIdAddress(options.Issuer);
                metadata = await client.GetByteArrayAsync(address);
            }

            // JSON is UTF-8 whatever the content type says (RFC 8259 §8.1).
            if (!StrictJson.TryParse(StrictJson.WithoutByteOrderMark(metadata), out var document, out var malformed))
            {
                return Refused($"{address} {malformed}");
            }

            var fault = CheckIsObject(document) ?? CheckIssuer(document) ?? CheckJwksUri(document);
            return fault is null ? await FetchJwksAsync(client, document.GetOptionalString("jwks_uri")!) : Refused($"{address} {fault}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return Refused($"{address} or the jwks_uri that it names cannot be read ({exception.Message})");
        }
    }

    /// <summary>
    /// OpenID Connect Discovery §4: the well-known part comes after the path. Servers of older custom have their metadata there alone, such
    /// as Curity.
    /// </summary>
    private static string OpenIdAddress(string issuer) => $"{issuer.TrimEnd('/')}/.well-known/openid-configuration";

    private static async Task<FetchedKeys> FetchJwksAsync(HttpClient client, string jwksUri) =>
        JwkSet.TryParse(await client.GetByteArrayAsync(jwksUri), out var keys, out var fault)
            ? new FetchedKeys(keys, Fault: null)
            : Refused($"{jwksUri} is refused ({fault.Code}): {fault.Message}");

    /// <summary>Null when the server has no such document: a server that is away or fails has it perhaps.</summary>
    private static async Task<byte[]?> GetUnlessRefusedAsync(HttpClient client, string address)
    {
        try
        {
            return await client.GetByteArrayAsync(address);
        }
        catch (HttpRequestException exception) when ((int?)exception.StatusCode is >= 400 and < 500)
        {
            return null;
        }
    }

    private static FetchedKeys Refused(string fault) => new(Keys: null, fault);

    private static string? CheckIsObject(JsonElement document) =>
        document.ValueKind == JsonValueKind.Object ? null : "is not a JSON object";

    /// <summary>RFC 8414 §3.3: metadata that names another issuer must not be used.</summary>
    private string? CheckIssuer(JsonElement document)
    {
        var issuer = document.GetOptionalString("issuer");
        return string.Equals(issuer, options.Issuer, StringComparison.Ordinal)
            ? null
            : $"names the issuer '{Printable.From(issuer)}', expected '{options.Issuer}'";
    }

    /// <summary>RFC 8414 §2: https, as for every address that keys come from.</summary>
    private string? CheckJwksUri(JsonElement document)
    {
        var address = document.GetOptionalString("jwks_uri");
        return Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && HttpAddress.IsHttpAllowed(configuration)))
            ? null
            : $"names the jwks_uri '{Printable.From(address)}', expected an absolute https address";
    }
}
