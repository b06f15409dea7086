using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace B2BAssertions.Standalone;

/// <summary>Examples below the help that System.CommandLine writes.</summary>
internal sealed class HelpExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string Examples = """
        Examples:
          dotnet run --project Standalone                                 start, show the flow, keep polling until Ctrl-C
          dotnet run --project Standalone -- --once                       one whole flow; exit code 0 or 1
          dotnet run --project Standalone -- --once --json                the same, as one JSON object
          dotnet run --project Standalone -- --port jwks-service=3100     when port 3000 is taken
          dotnet run --project Standalone -- --data /tmp/fresh            keys, databases and logs in another folder
        """;

    public override bool Terminating => true;

    public static void AddTo(RootCommand command)
    {
        var option = command.Options.OfType<HelpOption>().Single();
        option.Action = new HelpExamples((HelpAction)option.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(Examples);
        return exitCode;
    }
}
