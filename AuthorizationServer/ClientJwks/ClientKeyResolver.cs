using System.Diagnostics;

using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>Finds the key that an assertion names, in its own client's JWK Set and nowhere else.</summary>
internal sealed class ClientKeyResolver(ClientJwksCache cache)
{
    /// <summary>
    /// AS-05: the one key with this kid whose type and alg fit. A partner's key can never sign for another partner, because only the set
    /// at the client's own jwks_uri is looked at.
    /// </summary>
    public async Task<Checked<PublicJwk>> ResolveAsync(
        RegisteredClient client,
        string keyId,
        SigningAlgorithm algorithm,
        CancellationToken cancellationToken)
    {
        using var activity = AuthorizationServerTelemetry.ActivitySource.StartActivity("fetch client JWKS");
        activity?.SetTag("client_id", client.ClientId);
        var entry = cache.For(client);
        var (keys, fromCache) = await entry.GetAsync(cancellationToken);
        var candidates = Find(keys, keyId, algorithm);
        if (fromCache && keys is not null && candidates.Count == 0)
        {
            fromCache = false;
            candidates = Find(await entry.RefetchAsync(cancellationToken), keyId, algorithm);
        }

        activity?.SetTag("cache", fromCache ? "hit" : "miss");
        return (keys, candidates) switch
        {
            (null, _) => Refuse(activity, new AssertionFault("jwks_unavailable", Expected: $"a JWK Set at {client.JwksUri}")),
            (_, [var key]) => key,
            (_, []) => Refuse(activity, new AssertionFault("key_unknown", Expected: $"a kid at {client.JwksUri} for {algorithm}", Found: keyId)),
            _ => Refuse(activity, new AssertionFault("key_ambiguous", Expected: "one key for each kid", Found: keyId)),
        };
    }

    private static List<PublicJwk> Find(JwkSet? keys, string keyId, SigningAlgorithm algorithm) =>
        keys?.Keys.Where(key => key.KeyId == keyId && key.Algorithm == algorithm).ToList() ?? [];

    private static AssertionFault Refuse(Activity? activity, AssertionFault fault)
    {
        activity?.SetStatus(ActivityStatusCode.Error, fault.Code);
        return fault;
    }
}
