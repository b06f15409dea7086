using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens.Token;

namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>An access token and what the server said about it (RFC 6749 §5.1). Its text leaves only by <see cref="Value"/>.</summary>
public sealed class AccessToken
{
    private const double MarginShare = 0.2;
    private const double GuardShare = 0.1;

    /// <summary>The longest time by which it is renewed ahead of its end, without the jitter.</summary>
    private static readonly TimeSpan MaxMargin = TimeSpan.FromSeconds(30);

    /// <summary>A request to the API takes its time on the way.</summary>
    private static readonly TimeSpan MaxGuard = TimeSpan.FromSeconds(5);

    private readonly Moment _requested;
    private readonly TimeSpan _renewAfter;
    private readonly TimeSpan _usableFor;

    internal AccessToken(string value, string? scope, string issuer, Moment requested, TimeSpan lifetime, double jitter)
    {
        Value = value;
        Scope = scope;
        Issuer = issuer;
        RequestedAt = requested.Utc;
        Lifetime = lifetime;
        var margin = Least(lifetime * MarginShare, MaxMargin);
        _requested = requested;
        _renewAfter = lifetime - margin - (margin * (jitter / 2));
        _usableFor = lifetime - Least(lifetime * GuardShare, MaxGuard);
        RenewAt = RequestedAt + _renewAfter;
        UsableUntil = RequestedAt + _usableFor;
    }

    /// <summary>Secret: the text for the Authorization header (RFC 6750 §2.1).</summary>
    public string Value { get; }

    /// <summary>Always <c>Bearer</c>: no other is accepted.</summary>
    public string TokenType { get; } = BearerToken.Scheme;

    /// <summary>The scope granted, else the scope asked for; null when neither is stated (RFC 6749 §3.3).</summary>
    public string? Scope { get; }

    /// <summary>Issuer identifier of the server that gave it.</summary>
    public string Issuer { get; }

    /// <summary>When it was asked for; the server made it somewhat later.</summary>
    public DateTimeOffset RequestedAt { get; }

    /// <summary><c>expires_in</c>, in whole seconds: at most a day, and 60 s where the server does not say.</summary>
    public TimeSpan Lifetime { get; }

    /// <summary>From here on it is no longer given out: a tenth of its life before its end, at most 5 s.</summary>
    public DateTimeOffset UsableUntil { get; }

    /// <summary>
    /// From here on the next caller has it renewed, and waits for nothing: a fifth of its life before its end, at most 30 s, and up to half
    /// as much again at random, so that many clients do not come together.
    /// </summary>
    public DateTimeOffset RenewAt { get; }

    /// <summary>Whether it replaced one that an API had refused.</summary>
    internal bool ReplacesRefused { get; init; }

    /// <summary>How long it is still given out; zero or less when no longer. A wall clock that was set back does not make it longer.</summary>
    internal TimeSpan UsableFor(TimeProvider time) => _usableFor - Age(time);

    internal bool IsToBeRenewed(TimeProvider time) => Age(time) >= _renewAfter;

    internal TimeSpan Age(TimeProvider time) => _requested.Age(time);

    public override string ToString() => $"access token from {Issuer} for '{Scope}'";

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
