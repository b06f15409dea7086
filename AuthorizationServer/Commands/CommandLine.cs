using B2BAssertions.CommandLines;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.AuthorizationServer.Commands;

/// <summary>
/// The command line beside the service, in the same executable: what an operator does with the signing keys. It works on the service's
/// database, with the service's settings, whether the service runs or not.
/// </summary>
internal static class CommandLine
{
    private const string Name = "AuthorizationServer";

    private const string Description =
        "The authorization server. Without a command it runs the service, whose settings come from the environment or as --Name=value. "
        + CommandTree.ExitCodesInWords;

    private const string Preparation =
        """
          export Database__Provider=postgresql ConnectionStrings__Database="$(cat /secrets/database)"    # as the service has them
          export AuthorizationServer__DataProtection__CertificateFile=/secrets/keys.p12                  # likewise
          export AuthorizationServer__SigningKeys__PublishAhead=13:00:00                                 # likewise, for rotate
        """;

    private static readonly string[] Examples =
    [
        "signing-keys list",
        "signing-keys list --json",
        "signing-keys rotate",
        "signing-keys rotate --now",
        "signing-keys withdraw KID",
        "health",
        "migrate",
    ];

    public static bool IsMeantBy(string[] args) => CommandTree.IsMeantBy(args);

    /// <returns>Exit code; standard error says what went wrong.</returns>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, Surroundings.OfThisProcess);

    /// <param name="configure">What a test adds; nothing otherwise.</param>
    public static Task<int> RunAsync(string[] args, Surroundings surroundings, Action<WebApplicationBuilder>? configure = null)
    {
        var tree = new CommandTree(Name, Description)
        {
            Commands =
            [
                SigningKeyCommands.Create(surroundings, configure),
                ServiceCommand.Create(HealthProbe.Name, HealthProbe.Description, surroundings, HealthProbe.RunAsync),
                ServiceCommand.Create(
                    MigrateCommand.Name,
                    MigrateCommand.Description,
                    surroundings,
                    (error, cancellationToken) => MigrateCommand.RunAsync(() => Program.Build([]), error, cancellationToken)),
            ],
            Preparation = Preparation,
            Examples = Examples,
        };
        return tree.RunAsync(args, surroundings);
    }
}
