using B2BAssertions.PartnerClient.AccessTokens.Token;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Issuer;

/// <summary>The authorization server's metadata, kept for a while.</summary>
internal sealed class IssuerMetadataSource(IssuerMetadataClient client, IOptions<AccessTokenOptions> options, TimeProvider time)
{
    /// <summary>A server that moves its token endpoint is noticed within this time, or at the first request that fails.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private volatile Kept? _kept;

    public async Task<Outcome<IssuerMetadata>> GetAsync(CancellationToken stop, CancellationToken limit)
    {
        if (options.Value.TokenEndpoint is { Length: > 0 } endpoint)
        {
            return new IssuerMetadata(options.Value.Issuer, endpoint);
        }

        if (_kept is { } kept && time.GetUtcNow() < kept.Until)
        {
            return kept.Metadata;
        }

        var outcome = await client.GetAsync(stop, limit);
        _kept = outcome.Value is { } metadata ? new Kept(metadata, time.GetUtcNow() + Lifetime) : null;
        return outcome;
    }

    public void Drop() => _kept = null;

    private sealed record Kept(IssuerMetadata Metadata, DateTimeOffset Until);
}
