namespace B2BAssertions.RuleTable;

/// <summary>Prints the table of rules and proofs, writes it into docs/security.md, or tells whether the one there is still true.</summary>
public static class Program
{
    /// <summary>Lines are cut to fit a terminal; a file or a pipe gets them whole.</summary>
    private static int Width => Console.IsOutputRedirected ? int.MaxValue : Console.WindowWidth;

    public static Task<int> Main(string[] args) => CommandLine.RunAsync(args, RunAsync, Console.Error);

    /// <returns>Exit code: 0 every rule is proved and the document is true, 1 something is not and standard error says what.</returns>
    private static async Task<int> RunAsync(RuleTableOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var run = new RuleTableRun(RepositoryFolder.Find(), options, Width, Console.Out, Console.Error);
            return await run.RunAsync(cancellationToken) ? 0 : 1;
        }
        catch (RuleTableException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
