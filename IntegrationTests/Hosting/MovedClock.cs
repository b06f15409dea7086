namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>
/// The system's clock of a process, moved by faketime: some libraries keep time by no other. Where the program is missing, the calling test
/// is skipped, or fails (<see cref="Demanded"/>).
/// </summary>
internal static class MovedClock
{
    private const string Program = "faketime";
    private const string Preload = "LD_PRELOAD";

    /// <summary>
    /// What a process must find in its environment. The clock that counts from the machine's start moves too: with FAKETIME_DONT_FAKE_MONOTONIC
    /// the waits of .NET take many times too long.
    /// </summary>
    /// <param name="offset">Not negative: that clock must not begin below zero.</param>
    public static async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(TimeSpan offset)
    {
        Demanded.Program(Program);
        // The program knows where its library is. As the parent of a service it would be one more process to end.
        var library = (await Tool.RunAsync(Program, Path.GetTempPath(), ["-f", "+0", "printenv", Preload])).Succeeded().Trim();
        return new Dictionary<string, string>
        {
            [Preload] = library,
            ["FAKETIME"] = FormattableString.Invariant($"+{offset.TotalSeconds:0}"),
        };
    }
}
