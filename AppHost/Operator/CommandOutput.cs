namespace B2BAssertions.AppHost.Operator;

/// <summary>What a command wrote, and how it ended.</summary>
internal sealed record CommandOutput(int ExitCode, string Output, string Error)
{
    public bool IsSuccess => ExitCode == 0;

    /// <summary>What it says about a failure: its last line, because warnings come first.</summary>
    public string Failure => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
        ?? $"The command ended with exit code {ExitCode}.";
}
