using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace B2BAssertions.CommandLines;

/// <summary>Examples below the help that System.CommandLine writes.</summary>
public sealed class HelpExamples : SynchronousCommandLineAction
{
    public const string Heading = "Examples:";

    private readonly HelpAction _help;
    private readonly Func<Command, string> _examplesFor;

    private HelpExamples(HelpAction help, Func<Command, string> examplesFor)
    {
        _help = help;
        _examplesFor = examplesFor;
    }

    public override bool Terminating => true;

    /// <param name="examplesFor">What stands below the help of a command, heading included.</param>
    public static void AddTo(RootCommand command, Func<Command, string> examplesFor)
    {
        var option = command.Options.OfType<HelpOption>().Single();
        option.Action = new HelpExamples((HelpAction)option.Action!, examplesFor);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = _help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(_examplesFor(parseResult.CommandResult.Command));
        return exitCode;
    }
}
