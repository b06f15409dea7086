using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace B2BAssertions.JwksService.Commands;

/// <summary>Examples below the help that System.CommandLine writes: those of the command that help is asked for.</summary>
internal sealed class HelpExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Each begins with the path of its command.</summary>
    private static readonly string[] Examples =
    [
        "partners add partner-b --name \"Partner B\" --contact security@partner-b.example",
        "partners add partner-b --name \"Partner B\" --contact security@partner-b.example --algorithm ES256",
        "partners list --json",
        "partners show partner-b",
        "partners suspend partner-b --reason \"contract ended\"",
        "partners resume partner-b",
        "partners enrol partner-b --lifetime 2h --token-file token.txt",
        "partners enrolments partner-b",
        "partners revoke-enrolment partner-b 0198c0de-0000-7000-8000-000000000000",
        "partners audit partner-b --json",
        "keys list partner-b",
        "keys show partner-b KID",
        "keys generate next.pem --algorithm ES256",
        "keys submit partner-b --private-key first.pem --enrolment-token-file token.txt",
        "keys submit partner-b --private-key next.pem --client-id partner-b --key-file first.pem",
        "keys activate partner-b KID",
        "keys retire partner-b KID --overlap 30m",
        "keys revoke partner-b KID --reason \"laptop stolen\"",
    ];

    private static readonly string Setting = $"""
          export {GlobalOptions.RegistryVariable}=https://keys.example.com {GlobalOptions.KeyFileVariable}=/secrets/registry-operator.pem
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
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        output.WriteLine(Setting);

        // An example belongs to its command and to those above it.
        var path = $"{CommandLine.PathOf(parseResult.CommandResult.Command)} ";
        foreach (var example in Examples.Select(typed => $"{CommandLine.Name} {typed}").Where(line => line.StartsWith(path, StringComparison.Ordinal)))
        {
            output.WriteLine($"  {example}");
        }

        return exitCode;
    }
}
