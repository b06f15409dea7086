namespace B2BAssertions.AuthorizationServer.RateLimits;

/// <summary>A request that is not looked at, because there were too many.</summary>
/// <param name="Limit">The setting whose limit it is.</param>
/// <param name="RetryAfter">When the next one is looked at.</param>
/// <param name="UsedUpBy">The client that used it up by requests that it authenticated; null when strangers may have.</param>
internal sealed record LimitReached(string Limit, TimeSpan RetryAfter, string? UsedUpBy = null);
