using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.PartnerClient.Token;

/// <summary>An access token and what the server said about it. Its text leaves only by <see cref="Value"/>.</summary>
internal sealed class AccessToken
{
    /// <summary>How long before its end it is renewed: 20 % of its life, at most this.</summary>
    private static readonly TimeSpan MaxMargin = TimeSpan.FromSeconds(30);

    private const double MarginShare = 0.2;

    public required string Value { get; init; }

    public required string Scope { get; init; }

    public required string Issuer { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public required TimeSpan Lifetime { get; init; }

    /// <summary>From here on a new one is fetched, so that none ends on its way to the API (PC-04).</summary>
    public DateTimeOffset RenewAt
    {
        get
        {
            var margin = Lifetime * MarginShare;
            return RequestedAt + Lifetime - (margin < MaxMargin ? margin : MaxMargin);
        }
    }

    /// <summary>For people to see: what a JWT says, never the token.</summary>
    public TokenReport Describe(bool fromCache)
    {
        var parts = UnverifiedJwt.TryParse(Value, out var jwt) ? jwt : null;
        return new TokenReport(
            BearerToken.Scheme,
            Scope,
            (int)Lifetime.TotalSeconds,
            Issuer,
            parts is null ? null : JsonObject.Create(parts.Header),
            parts is null ? null : JsonObject.Create(parts.Claims),
            fromCache);
    }

    public override string ToString() => $"access token from {Issuer} for '{Scope}'";
}
