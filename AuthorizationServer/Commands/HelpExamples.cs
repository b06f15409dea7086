using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace B2BAssertions.AuthorizationServer.Commands;

/// <summary>Examples below the help that System.CommandLine writes: those of the command that help is asked for.</summary>
internal sealed class HelpExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Each begins with the path of its command.</summary>
    private static readonly string[] Examples =
    [
        "signing-keys list",
        "signing-keys list --json",
        "signing-keys rotate",
        "signing-keys rotate --now",
        "signing-keys withdraw KID",
    ];

    private const string Settings =
        """
          export Database__Provider=postgresql ConnectionStrings__Database="$(cat /secrets/database)"    # as the service has them
          export AuthorizationServer__DataProtection__CertificateFile=/secrets/keys.p12                  # likewise
          export AuthorizationServer__SigningKeys__PublishAhead=13:00:00                                 # likewise, for rotate
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
        output.WriteLine(Settings);

        // An example belongs to its command and to those above it.
        var path = $"{CommandLine.PathOf(parseResult.CommandResult.Command)} ";
        foreach (var example in Examples.Select(typed => $"{CommandLine.Name} {typed}").Where(line => $"{line} ".StartsWith(path, StringComparison.Ordinal)))
        {
            output.WriteLine($"  {example}");
        }

        return exitCode;
    }
}
