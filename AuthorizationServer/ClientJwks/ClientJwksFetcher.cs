using System.Net;
using System.Net.Http.Headers;

using B2BAssertions.Jose;
using B2BAssertions.OutgoingHttp;
using B2BAssertions.ServiceDefaults.GuardedConnections;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>Reads one client's JWK Set from its jwks_uri; what comes back is as untrusted as any input.</summary>
internal sealed class ClientJwksFetcher(ClientJwksConnections connections, ClientJwksMetrics metrics, TimeProvider timeProvider)
{
    /// <summary>JW-05: time for the whole fetch, from the name's look-up to the last byte of the body.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(3);

    /// <summary>JW-05.</summary>
    private const int MaxKeys = 32;

    private static readonly string[] MediaTypes = [JwkSet.MediaType, "application/json"];

    public async Task<FetchedJwks> FetchAsync(Uri jwksUri, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        var fetched = await FetchWithinLimitAsync(jwksUri, cancellationToken);
        metrics.Fetched(fetched.Fault?.Code ?? "ok", timeProvider.GetElapsedTime(started));
        return fetched;
    }

    private async Task<FetchedJwks> FetchWithinLimitAsync(Uri jwksUri, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeLimit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var http = connections.CreateClient(jwksUri);
            using var response = await http.GetAsync(jwksUri, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await ReadAsync(response, either.Token);
        }
        catch (OperationCanceledException)
        {
            return new FetchFault("jwks_unreachable", $"no whole answer within {TimeLimit.TotalSeconds} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return exception.InnerException is ForbiddenDestinationException forbidden
                ? new FetchFault(FetchFault.AddressForbidden, forbidden.Message)
                : new FetchFault("jwks_unreachable", ForeignText.Shown(exception.InnerException?.Message ?? exception.Message));
        }
    }

    private static async Task<FetchedJwks> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new FetchFault("jwks_unreachable", $"status {(int)response.StatusCode}");
        }

        if (FaultOf(response.Content.Headers) is { } typeFault)
        {
            return typeFault;
        }

        if (await JwksBody.ReadAsync(response.Content, cancellationToken) is not { } body)
        {
            return new FetchFault("jwks_too_large", $"more than {JwksBody.MaxBytes} bytes");
        }

        // JSON is UTF-8, whatever charset its type names (RFC 8259 §8.1).
        if (!JwkSet.TryParse(body, out var set, out var fault))
        {
            return new FetchFault(fault.Code, fault.Message);
        }

        var keys = set.Keys.Count + set.Ignored.Count;
        return keys > MaxKeys
            ? new FetchFault("jwks_too_many_keys", $"{keys} keys, at most {MaxKeys}")
            : new FetchedJwks(set, JwksFreshness.Of(response.Headers.CacheControl, response.Headers.Age), Fault: null);
    }

    private static FetchFault? FaultOf(HttpContentHeaders headers)
    {
        if (!MediaTypes.Contains(headers.ContentType?.MediaType, StringComparer.OrdinalIgnoreCase))
        {
            return new FetchFault("jwks_content_type", $"content type {ForeignText.Shown(headers.ContentType?.ToString()) ?? "missing"}");
        }

        return RequestHeaders.PackingOf(headers) is { } packing
            ? new FetchFault("jwks_content_type", $"compressed ({ForeignText.Shown(packing)}), which was not asked for")
            : null;
    }
}
