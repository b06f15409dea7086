using System.Diagnostics;

using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>Finds the key that an assertion names, among its own client's keys and nowhere else.</summary>
internal sealed class ClientKeyResolver(ClientJwksCache cache, ClientJwksMetrics metrics)
{
    private const int MaxShownKids = 5;

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
            ClientKeys.Inline inline => Task.FromResult(Choose(inline.Jwks, keyId, algorithm, "in the configured Jwks")),
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
        var chosen = await FindAsync(cache.For(clientId, jwksUri), keyId, algorithm, activity, cancellationToken);
        if (chosen.Fault is { } fault)
        {
            activity?.SetStatus(ActivityStatusCode.Error, fault.Code);
        }

        return chosen;
    }

    private async Task<Checked<PublicJwk>> FindAsync(
        CachedJwks jwks,
        string keyId,
        SigningAlgorithm algorithm,
        Activity? activity,
        CancellationToken cancellationToken)
    {
        var lookup = await jwks.GetAsync(cancellationToken);
        if (lookup.Origin == JwksOrigin.Cache && Find(lookup.Keys, keyId, algorithm).Count == 0)
        {
            lookup = await jwks.RefetchAsync(cancellationToken);
        }

        metrics.LookedUp(lookup.Origin);
        activity?.SetTag("cache", lookup.Origin == JwksOrigin.Source ? "miss" : "hit");
        var candidates = Find(lookup.Keys, keyId, algorithm);
        return lookup switch
        {
            // A retry would not help: the client has to make new keys.
            { Keys: null, Fault: { IsCompromise: true } fault } => new AssertionFault(fault.Code, Expected: $"public keys alone at {jwks.JwksUri}"),
            { Keys: null } => new AssertionFault("jwks_unavailable", Expected: $"a JWK Set at {jwks.JwksUri}", lookup.Fault?.Code),
            // JW-06: the kid may be new, and an old set cannot tell.
            { Origin: JwksOrigin.LastGood } when candidates.Count == 0 =>
                new AssertionFault("jwks_unavailable", Expected: $"a JWK Set at {jwks.JwksUri}, to look for the kid", lookup.Fault?.Code),
            _ => Choose(lookup.Keys, keyId, algorithm, $"at {jwks.JwksUri}"),
        };
    }

    private static List<PublicJwk> Find(JwkSet? keys, string keyId, SigningAlgorithm algorithm) =>
        keys?.Keys.Where(key => key.KeyId == keyId && key.Algorithm == algorithm).ToList() ?? [];

    private static Checked<PublicJwk> Choose(JwkSet keys, string keyId, SigningAlgorithm algorithm, string place) =>
        Find(keys, keyId, algorithm) switch
        {
            [var key] => key,
            [] => new AssertionFault("key_unknown", Expected: $"a kid {place} for {algorithm}: {Kids(keys)}{LeftOut(keys, keyId)}", Found: keyId),
            _ => new AssertionFault("key_ambiguous", Expected: "one key for each kid", Found: keyId),
        };

    /// <summary>For the log: what a partner published is seldom what it believes it did.</summary>
    private static string Kids(JwkSet keys)
    {
        var shown = keys.Keys.Take(MaxShownKids).Select(key => $"{ForeignText.Shown(key.KeyId)} ({key.Algorithm})");
        return keys.Keys.Count switch
        {
            0 => "it holds no key that can be used",
            <= MaxShownKids => $"it holds {string.Join(", ", shown)}",
            var count => $"it holds {string.Join(", ", shown)} and {count - MaxShownKids} more",
        };
    }

    /// <summary>The key that the assertion names is there, but cannot be used.</summary>
    private static string LeftOut(JwkSet keys, string keyId) =>
        keys.Ignored.FirstOrDefault(ignored => ignored.KeyId == keyId) is { } ignored
            ? $"; {ignored.Name} is left out, {ignored.Fault.Code}: {ignored.Fault.Message.TrimEnd('.')}"
            : "";
}
