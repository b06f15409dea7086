using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.OutgoingHttp;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Configuration;

namespace B2BAssertions.ResourceServer;

/// <summary>The issuer's keys as it publishes them now, or why they cannot be had.</summary>
internal sealed record FetchedKeys(JwkSet? Keys, string? Fault);

/// <summary>Reads the issuer's metadata (RFC 8414, else OpenID Connect Discovery) and the JWK Set that it names.</summary>
internal sealed class IssuerKeySource(IHttpClientFactory clients, ResourceServerOptions options, IConfiguration configuration, TimeProvider time)
{
    public const string HttpClientName = "issuer";

    /// <summary>For each document: all are a few kilobytes.</summary>
    private const int MaxDocumentBytes = 256 * 1024;

    /// <summary>For all documents together: a client waits meanwhile, and a 503 tells it to try again.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(6);

    /// <summary>For each document. There is one attempt.</summary>
    public static readonly TimeSpan DocumentTimeLimit = TimeSpan.FromSeconds(3);

    public static void Configure(HttpClient client)
    {
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.MaxResponseContentBufferSize = MaxDocumentBytes;
    }

    public async Task<FetchedKeys> FetchAsync()
    {
        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var client = clients.CreateClient(HttpClientName);
        var faults = new List<string>();

        // RFC 8414 §5: what is there instead of metadata says nothing about the other place.
        foreach (var address in new[] { WellKnownAddress.OfAuthorizationServer(options.Issuer), OpenIdAddress(options.Issuer) })
        {
            var (jwksUri, fault) = await ReadMetadataAsync(client, address, limit.Token);
            if (jwksUri is not null)
            {
                return await FetchJwksAsync(client, jwksUri, limit.Token);
            }

            faults.Add($"{address} {fault}");
        }

        return Refused(string.Join("; ", faults));
    }

    /// <summary>
    /// OpenID Connect Discovery §4: the well-known part comes after the path. Servers of older custom have their metadata there alone, such
    /// as Curity.
    /// </summary>
    private static string OpenIdAddress(string issuer) => $"{issuer.TrimEnd('/')}/.well-known/openid-configuration";

    /// <returns>The jwks_uri, or why there is none of use, to go on after the address.</returns>
    private async Task<(string? JwksUri, string? Fault)> ReadMetadataAsync(HttpClient client, string address, CancellationToken limit)
    {
        var (body, unreadable) = await GetAsync(client, address, limit);
        if (unreadable is not null)
        {
            return (null, unreadable);
        }

        // JSON is UTF-8 whatever the content type says (RFC 8259 §8.1).
        if (!StrictJson.TryParse(StrictJson.WithoutByteOrderMark(body), out var document, out var malformed))
        {
            return (null, malformed);
        }

        return (CheckIsObject(document) ?? CheckIssuer(document) ?? CheckJwksUri(document)) is { } fault
            ? (null, fault)
            : (document.GetOptionalString("jwks_uri"), null);
    }

    private async Task<FetchedKeys> FetchJwksAsync(HttpClient client, string jwksUri, CancellationToken limit)
    {
        var (body, unreadable) = await GetAsync(client, jwksUri, limit);
        if (unreadable is not null)
        {
            return Refused($"{Printable.From(jwksUri)} {unreadable}");
        }

        return JwkSet.TryParse(body, out var keys, out var fault)
            ? new FetchedKeys(keys, Fault: null)
            : Refused($"{Printable.From(jwksUri)} is refused ({fault.Code}): {fault.Message}");
    }

    /// <returns>The document, or why it cannot be had, to go on after its address.</returns>
    private async Task<(ReadOnlyMemory<byte> Body, string? Fault)> GetAsync(HttpClient client, string address, CancellationToken limit)
    {
        using var ofDocument = new CancellationTokenSource(DocumentTimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ofDocument.Token, limit);
        try
        {
            using var response = await client.GetAsync(address, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                return (default, $"answered {(int)response.StatusCode}");
            }

            return RequestHeaders.PackingOf(response.Content.Headers) is { } packing
                ? (default, $"answered with a body that is compressed ({ForeignText.Shown(packing)}), which was not asked for")
                : (await response.Content.ReadAsByteArrayAsync(either.Token), null);
        }
        catch (OperationCanceledException)
        {
            return (default, "did not answer in time");
        }
        catch (HttpRequestException exception)
        {
            return (default, $"cannot be read ({exception.Message})");
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
