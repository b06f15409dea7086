using System.CommandLine;

namespace B2BAssertions.JwksService.Commands;

/// <summary>
/// The command line beside the service, in the same executable: an operator, or a partner, works with a registry over HTTP only, with the
/// rights of an access token and every change in the audit trail. It never opens the database.
/// </summary>
internal static class CommandLine
{
    public const string Name = "JwksService";

    private const string Description =
        "The partner key registry. Without a command it runs the service, whose settings come from the environment or as --Name=value. "
        + "With a command it asks a running registry. Exit codes: 0 done, 1 refused or failed, 2 typed wrong.";

    private static readonly string[] HelpOptions = ["--help", "-h", "-?", "/h", "/?", "--version"];

    /// <summary>
    /// Whether the arguments are a command. The service takes settings alone, which begin with a dash or a slash or have an equals sign: a
    /// misspelt command is told and starts no service. None of them has the name of an option, which may stand before its command.
    /// </summary>
    public static bool IsMeantBy(string[] args) =>
        args is [{ Length: > 0 } first, ..]
        && (HelpOptions.Contains(first)
            || IsGlobalOption(first)
            || !(first[0] is '-' or '/' || first.Contains('=', StringComparison.Ordinal)));

    /// <returns>Exit code: 0 done, 1 refused or failed, 2 typed wrong; standard error says what.</returns>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, Surroundings.OfThisProcess);

    public static async Task<int> RunAsync(string[] args, Surroundings surroundings)
    {
        var typed = Create(surroundings).Parse(args, new ParserConfiguration
        {
            // A kid may begin with a dash and a text with an at sign: neither is anything else.
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
        return CommandFactory.WrongUsage;
    }

    /// <summary>As help shows it: the executable, the group, the command.</summary>
    public static string PathOf(Command command) =>
        command is RootCommand ? Name : $"{PathOf(command.Parents.OfType<Command>().Single())} {command.Name}";

    /// <summary>Also with its value, behind an equals sign or a colon.</summary>
    private static bool IsGlobalOption(string text) => GlobalOptions.All.Any(option => option.Name == text.Split('=', ':')[0]);

    private static RootCommand Create(Surroundings surroundings)
    {
        var commands = new CommandFactory(surroundings);
        var root = new RootCommand(Description) { PartnerCommands.Create(commands), KeyCommands.Create(commands) };
        foreach (var option in GlobalOptions.All)
        {
            root.Add(option);
        }

        HelpExamples.AddTo(root);
        return root;
    }
}
