using System.Text;

using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>Reads one client's JWK Set from its jwks_uri; what comes back is as untrusted as any input.</summary>
internal sealed partial class ClientJwksFetcher(
    IHttpClientFactory httpClients,
    AuthorizationServerTelemetry telemetry,
    ILogger<ClientJwksFetcher> logger)
{
    public const string HttpClientName = "client-jwks";

    /// <summary>JW-05: time for the whole fetch.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>JW-05.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    /// <summary>JW-05.</summary>
    private const int MaxKeys = 32;

    private static readonly string[] MediaTypes = [JwkSet.MediaType, "application/json"];

    /// <summary>Null when the set cannot be had; the log and the metrics tell why.</summary>
    public async Task<FetchedJwks?> FetchAsync(string clientId, Uri jwksUri)
    {
        try
        {
            using var http = httpClients.CreateClient(HttpClientName);
            using var response = await http.GetAsync(jwksUri);
            return await ReadAsync(clientId, jwksUri, response);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return Failed(clientId, jwksUri, "jwks_unreachable", exception.Message);
        }
    }

    private async Task<FetchedJwks?> ReadAsync(string clientId, Uri jwksUri, HttpResponseMessage response)
    {
        if (response.StatusCode != System.Net.HttpStatusCode.OK)
        {
            return Failed(clientId, jwksUri, "jwks_unreachable", $"status {(int)response.StatusCode}");
        }

        if (!MediaTypes.Contains(response.Content.Headers.ContentType?.MediaType, StringComparer.OrdinalIgnoreCase))
        {
            return Failed(clientId, jwksUri, "jwks_content_type", $"content type {response.Content.Headers.ContentType}");
        }

        if (!JwkSet.TryParse(await ReadTextAsync(response.Content), out var set, out var fault))
        {
            return Failed(clientId, jwksUri, fault.Code, fault.Message);
        }

        if (set.Keys.Count + set.Ignored.Count > MaxKeys)
        {
            return Failed(clientId, jwksUri, "jwks_too_many_keys", $"{set.Keys.Count + set.Ignored.Count} keys, at most {MaxKeys}");
        }

        foreach (var ignored in set.Ignored)
        {
            Log.KeyIgnored(logger, clientId, jwksUri, ignored.Code, ignored.Message);
        }

        telemetry.JwksFetch("ok");
        return new FetchedJwks(set, JwksFreshness.Of(response.Headers.CacheControl, response.Headers.Age));
    }

    /// <summary>RFC 8259 §8.1: JSON is UTF-8, whatever charset its content type names.</summary>
    private static async Task<string> ReadTextAsync(HttpContent content) => Encoding.UTF8.GetString(await content.ReadAsByteArrayAsync());

    private FetchedJwks? Failed(string clientId, Uri jwksUri, string code, string found)
    {
        telemetry.JwksFetch(code);
        Log.FetchFailed(logger, clientId, jwksUri, code, found);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The JWK Set of client {ClientId} at {JwksUri} cannot be used: {Code}, {Found}.")]
        public static partial void FetchFailed(ILogger logger, string clientId, Uri jwksUri, string code, string found);

        [LoggerMessage(LogLevel.Warning, "A key in the JWK Set of client {ClientId} at {JwksUri} is left out: {Code}, {Message}")]
        public static partial void KeyIgnored(ILogger logger, string clientId, Uri jwksUri, string code, string message);
    }
}
