using B2BAssertions.CommandLines;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.OrdersApi.Commands;

/// <summary>The command line beside the service, in the same executable: what its container and its deployment need.</summary>
internal static class CommandLine
{
    private const string Name = "OrdersApi";

    private const string Description =
        "The Orders API. Without a command it runs the service, whose settings come from the environment or as --Name=value. "
        + CommandTree.ExitCodesInWords;

    public static bool IsMeantBy(string[] args) => CommandTree.IsMeantBy(args);

    /// <returns>Exit code; standard error says what went wrong.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        var surroundings = Surroundings.OfThisProcess;
        var tree = new CommandTree(Name, Description)
        {
            Commands =
            [
                ServiceCommand.Create(HealthProbe.Name, HealthProbe.Description, surroundings, HealthProbe.RunAsync),
                ServiceCommand.Create(
                    MigrateCommand.Name,
                    MigrateCommand.Description,
                    surroundings,
                    (error, cancellationToken) => MigrateCommand.RunAsync(() => Program.Build([]), error, cancellationToken)),
            ],
            Examples = [HealthProbe.Name, MigrateCommand.Name],
        };
        return tree.RunAsync(args, surroundings);
    }
}
