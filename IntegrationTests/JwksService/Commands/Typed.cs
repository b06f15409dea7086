namespace B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

/// <summary>How a command ended.</summary>
internal sealed record Typed(int ExitCode, string Output, string Error)
{
    public string[] OutputLines => Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
