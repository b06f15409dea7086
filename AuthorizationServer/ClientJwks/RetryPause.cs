namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>
/// How long a fetch that failed is not tried again: an unauthenticated caller must not make us a hammer (JW-07), and a source that is back
/// must be noticed sooner than the shortest max-age runs out, or a key withdrawn meanwhile would outlive it (JW-06).
/// </summary>
internal static class RetryPause
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>1, 2, 4, 8, 16 and then 20 seconds.</summary>
    /// <param name="failures">In a row, the newest included.</param>
    public static TimeSpan After(int failures) =>
        TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Shortest.TotalSeconds * Math.Pow(2, failures - 1)));
}
