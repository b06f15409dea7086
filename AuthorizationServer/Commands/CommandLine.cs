using System.CommandLine;

namespace B2BAssertions.AuthorizationServer.Commands;

/// <summary>
/// The command line beside the service, in the same executable: what an operator does with the signing keys. It works on the service's
/// database, with the service's settings, whether the service runs or not.
/// </summary>
internal static class CommandLine
{
    public const string Name = "AuthorizationServer";
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>As shells and many tools have it: what was typed is wrong.</summary>
    public const int WrongUsage = 2;

    private const string Description =
        "The authorization server. Without a command it runs the service, whose settings come from the environment or as --Name=value. "
        + "Exit codes: 0 done, 1 refused or failed, 2 typed wrong.";

    private static readonly string[] HelpOptions = ["--help", "-h", "-?", "/h", "/?", "--version"];

    /// <summary>
    /// Whether the arguments are a command. The service takes settings alone, which begin with a dash or a slash or have an equals sign: a
    /// misspelt command is told and starts no service.
    /// </summary>
    public static bool IsMeantBy(string[] args) =>
        args is [{ Length: > 0 } first, ..]
        && (HelpOptions.Contains(first) || !(first[0] is '-' or '/' || first.Contains('=', StringComparison.Ordinal)));

    /// <returns>Exit code; standard error says what went wrong.</returns>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, new Surroundings(Console.Out, Console.Error));

    public static async Task<int> RunAsync(string[] args, Surroundings surroundings)
    {
        var root = new RootCommand(Description) { SigningKeyCommands.Create(surroundings) };
        HelpExamples.AddTo(root);
        var typed = root.Parse(args, new ParserConfiguration
        {
            // A kid may begin with a dash and is nothing else.
            EnablePosixBundling = false,
            ResponseFileTokenReplacer = null,
        });
        if (typed.Errors.Count == 0 || typed.Action is HelpExamples)
        {
            return await typed.InvokeAsync(new InvocationConfiguration { Output = surroundings.Output, Error = surroundings.Error });
        }

        foreach (var error in typed.Errors)
        {
            await surroundings.Error.WriteLineAsync(error.Message);
        }

        await surroundings.Error.WriteLineAsync($"{PathOf(typed.CommandResult.Command)} --help tells more.");
        return WrongUsage;
    }

    /// <summary>As help shows it: the executable, the group, the command.</summary>
    public static string PathOf(Command command) =>
        command is RootCommand ? Name : $"{PathOf(command.Parents.OfType<Command>().Single())} {command.Name}";
}
