namespace B2BAssertions.AuthorizationServer.RateLimits;

/// <summary>
/// How many token requests a minute are looked at, in <c>AuthorizationServer:RateLimits</c>; all at once or spread. 0 switches a limit off,
/// and logs a warning. Each replica counts for itself.
/// </summary>
internal sealed class RateLimitOptions
{
    /// <summary>Requests from one address; default 600, because many partners may come through one proxy.</summary>
    public int RequestsPerMinuteAndAddress { get; set; } = 600;

    /// <summary>Requests that one client authenticated; default 120, where a token of 5 minutes asks for one in 5 minutes and process.</summary>
    public int RequestsPerMinuteAndClient { get; set; } = 120;

    /// <summary>
    /// Failed client authentications from one address; default 60. More than three times the next one, so that one client with a wrong key
    /// does not use it up for the others at its address.
    /// </summary>
    public int FailuresPerMinuteAndAddress { get; set; } = 60;

    /// <summary>Failed authentications of one client from one address; default 20. Its failures elsewhere count there.</summary>
    public int FailuresPerMinuteAndClient { get; set; } = 20;

    /// <summary>Each limit with its name, for the check of the settings and the warnings about them.</summary>
    internal IReadOnlyList<(string Setting, int PerMinute)> All =>
    [
        (nameof(RequestsPerMinuteAndAddress), RequestsPerMinuteAndAddress),
        (nameof(RequestsPerMinuteAndClient), RequestsPerMinuteAndClient),
        (nameof(FailuresPerMinuteAndAddress), FailuresPerMinuteAndAddress),
        (nameof(FailuresPerMinuteAndClient), FailuresPerMinuteAndClient),
    ];
}
