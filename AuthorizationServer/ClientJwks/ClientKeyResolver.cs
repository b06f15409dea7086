using System.Diagnostics;

using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>Finds the key that an assertion names, among its own client's keys and nowhere else.</summary>
internal sealed class ClientKeyResolver(ClientJwksCache cache)
{
    /// <summary>
    /// AS-05: the one key with this kid whose type and alg fit. A partner's key can never sign for another partner, because only the
    /// client's own set is looked at, at its jwks_uri or in the configuration.
    /// </summary>
    public Task<Checked<PublicJwk>> ResolveAsync(
        RegisteredClient client,
        string keyId,
        SigningAlgorithm algorithm,
        CancellationToken cancellationToken) => client.Keys switch
        {
            ClientKeys.Published published => FetchAsync(client.ClientId, published.JwksUri, keyId, algorithm, cancellationToken),
            ClientKeys.Inline inline => Task.FromResult(Choose(Find(inline.Jwks, keyId, algorithm), keyId, algorithm, "in the configured Jwks")),
            _ => throw new UnreachableException(),
        };

    private async Task<Checked<PublicJwk>> FetchAsync(
        string clientId,
        Uri jwksUri,
        string keyId,
        SigningAlgorithm algorithm,
        CancellationToken cancellationToken)
    {
        using var activity = AuthorizationServerTelemetry.ActivitySource.StartActivity("fetch client JWKS");
        activity?.SetTag("client_id", clientId);
        var entry = cache.For(clientId, jwksUri);
        var (keys, fromCache) = await entry.GetAsync(cancellationToken);
        var candidates = Find(keys, keyId, algorithm);
        if (fromCache && keys is not null && candidates.Count == 0)
        {
            fromCache = false;
            candidates = Find(await entry.RefetchAsync(cancellationToken), keyId, algorithm);
        }

        var chosen = keys is null
            ? new AssertionFault("jwks_unavailable", Expected: $"a JWK Set at {jwksUri}")
            : Choose(candidates, keyId, algorithm, $"at {jwksUri}");
        activity?.SetTag("cache", fromCache ? "hit" : "miss");
        if (chosen.Fault is { } fault)
        {
            activity?.SetStatus(ActivityStatusCode.Error, fault.Code);
        }

        return chosen;
    }

    private static List<PublicJwk> Find(JwkSet? keys, string keyId, SigningAlgorithm algorithm) =>
        keys?.Keys.Where(key => key.KeyId == keyId && key.Algorithm == algorithm).ToList() ?? [];

    private static Checked<PublicJwk> Choose(List<PublicJwk> candidates, string keyId, SigningAlgorithm algorithm, string place) => candidates switch
    {
        [var key] => key,
        [] => new AssertionFault("key_unknown", Expected: $"a kid {place} for {algorithm}", Found: keyId),
        _ => new AssertionFault("key_ambiguous", Expected: "one key for each kid", Found: keyId),
    };
}
