using System.CommandLine;

namespace B2BAssertions.CommandLines;

/// <summary>The commands that stand beside a service in its executable: what they are, and how they are found, helped with and refused.</summary>
/// <param name="name">The executable, as help shows it.</param>
/// <param name="description">What the executable is, for its help.</param>
public sealed class CommandTree(string name, string description)
{
    /// <summary>To stand at the end of a description.</summary>
    public const string ExitCodesInWords = "Exit codes: 0 done, 1 refused or failed, 2 typed wrong.";

    private static readonly string[] HelpOptions = ["--help", "-h", "-?", "/h", "/?", "--version"];

    public required IReadOnlyList<Command> Commands { get; init; }

    /// <summary>Options of every command.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];

    /// <summary>What a shell sets first, for the examples of the help; indented lines, or nothing.</summary>
    public string? Preparation { get; init; }

    /// <summary>Each begins with the path of its command; help shows those of the command it is asked for.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>
    /// Whether the arguments are a command. A service takes settings alone, which begin with a dash or a slash or have an equals sign: a
    /// misspelt command is told and starts no service. None of them has the name of an option, which may stand before its command.
    /// </summary>
    /// <param name="options">Options of every command.</param>
    public static bool IsMeantBy(IReadOnlyList<string> args, params IEnumerable<Option> options) =>
        args is [{ Length: > 0 } first, ..]
        && (HelpOptions.Contains(first)
            || options.Any(option => option.Name == first.Split('=', ':')[0])
            || !(first[0] is '-' or '/' || first.Contains('=', StringComparison.Ordinal)));

    /// <returns>Exit code: 0 done, 1 refused or failed, 2 typed wrong; standard error says what.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, Surroundings surroundings)
    {
        var typed = Build().Parse(args, new ParserConfiguration
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
        return ExitCodes.WrongUsage;
    }

    /// <summary>What help shows below its own text.</summary>
    private string ExamplesFor(Command command)
    {
        // An example belongs to its command and to those above it.
        var path = $"{PathOf(command)} ";
        var own = Examples.Select(typed => $"{name} {typed}").Where(line => $"{line} ".StartsWith(path, StringComparison.Ordinal));
        return string.Join(Environment.NewLine, [HelpExamples.Heading, .. Preparation is null ? [] : new[] { Preparation }, .. own.Select(line => $"  {line}")]);
    }

    /// <summary>As help shows it: the executable, the group, the command.</summary>
    private string PathOf(Command command) =>
        command is RootCommand ? name : $"{PathOf(command.Parents.OfType<Command>().Single())} {command.Name}";

    private RootCommand Build()
    {
        var root = new RootCommand(description);
        foreach (var command in Commands)
        {
            root.Add(command);
        }

        foreach (var option in Options)
        {
            root.Add(option);
        }

        HelpExamples.AddTo(root, ExamplesFor);
        return root;
    }
}
