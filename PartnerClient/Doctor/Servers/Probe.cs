using System.Net.Http.Headers;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Http;

namespace B2BAssertions.PartnerClient.Doctor.Servers;

/// <summary>Reads one address, as the worker's clients do: the same limits, proxy and service discovery, no redirects.</summary>
internal sealed class Probe(HttpClient http, Requests requests)
{
    /// <param name="token">Null for what is public.</param>
    public async Task<Exchange> GetAsync(string address, string? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue(BearerToken.Scheme, token);

        // What the server says now, not what a cache on the way has kept (RFC 9111 §5.2.1.4).
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        var answer = await requests.SendAsync(http, request, cancellationToken);
        return new Exchange(address, answer, request.Options.TryGetValue(Reception.Key, out var reception) ? reception : null);
    }
}
