using B2BAssertions.CommandLines;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.JwksService.Commands;

/// <summary>
/// The command line beside the service, in the same executable: an operator, or a partner, works with a registry over HTTP only, with the
/// rights of an access token and every change in the audit trail. It never opens the database.
/// </summary>
internal static class CommandLine
{
    private const string Name = "JwksService";

    private const string Description =
        "The partner key registry. Without a command it runs the service, whose settings come from the environment or as --Name=value. "
        + $"With a command it asks a running registry. {CommandTree.ExitCodesInWords}";

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
        "keys request-rotation partner-b KID --reason \"yearly change of keys\"",
        "health",
        "migrate",
    ];

    private static readonly string Preparation =
        $"  export {GlobalOptions.RegistryVariable}=https://keys.example.com {GlobalOptions.KeyFileVariable}=/secrets/registry-operator.pem";

    public static bool IsMeantBy(string[] args) => CommandTree.IsMeantBy(args, GlobalOptions.All);

    /// <returns>Exit code: 0 done, 1 refused or failed, 2 typed wrong; standard error says what.</returns>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, Surroundings.OfThisProcess);

    public static Task<int> RunAsync(string[] args, Surroundings surroundings)
    {
        var commands = new CommandFactory<RegistryRun>(surroundings, typed => new RegistryRun(typed, surroundings)) { AsksServers = true };
        var tree = new CommandTree(Name, Description)
        {
            Commands =
            [
                PartnerCommands.Create(commands),
                KeyCommands.Create(commands),
                ServiceCommand.Create(HealthProbe.Name, HealthProbe.Description, surroundings, HealthProbe.RunAsync),
                ServiceCommand.Create(
                    MigrateCommand.Name,
                    MigrateCommand.Description,
                    surroundings,
                    (error, cancellationToken) => MigrateCommand.RunAsync(() => Program.Build([]), error, cancellationToken)),
            ],
            Options = GlobalOptions.All,
            Preparation = Preparation,
            Examples = Examples,
        };
        return tree.RunAsync(args, surroundings);
    }
}
