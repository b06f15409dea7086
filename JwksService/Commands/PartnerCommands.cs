using System.CommandLine;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.Commands;

/// <summary><c>partners</c>: what an operator does with partners.</summary>
internal static class PartnerCommands
{
    private static readonly Column[] Block =
    [
        new("Client id", "clientId"),
        new("Name", "name"),
        new("State", "state"),
        new("Suspended because", "suspensionReason"),
        new("Algorithms", "allowedAlgorithms"),
        new("Contact", "contact"),
        new("Created", "createdAt"),
        new("JWKS", "jwksUri"),
    ];

    private static readonly Column[] Row =
    [
        new("Client id", "clientId"),
        new("Name", "name"),
        new("State", "state"),
        new("Algorithms", "allowedAlgorithms"),
        new("Created", "createdAt"),
    ];

    private static readonly Column[] AuditRow =
    [
        new("At", "at"),
        new("Actor", "actor"),
        new("As", "actorKind"),
        new("Action", "action"),
        new("Kid", "kid"),
        new("Detail", "detail"),
        new("Address", "address"),
        new("Trace id", "traceId"),
    ];

    public static Command Create(CommandFactory<RegistryRun> commands) => new("partners", "Partners, their enrolment tokens and their audit trail.")
    {
        Add(commands),
        List(commands),
        Show(commands),
        Suspend(commands),
        Resume(commands),
        EnrolmentCommands.Enrol(commands),
        EnrolmentCommands.List(commands),
        EnrolmentCommands.Revoke(commands),
        Audit(commands),
    };

    private static Command Add(CommandFactory<RegistryRun> commands)
    {
        var clientId = Arguments.ClientId();
        var name = new Option<string>("--name") { HelpName = "NAME", Description = "The partner's name, for people.", Required = true };
        var contact = new Option<string>("--contact")
        {
            HelpName = "TEXT",
            Description = "Whom to tell when a key has to be revoked.",
            Required = true,
        };
        var algorithms = new Option<string[]>("--algorithm")
        {
            Description = "An algorithm whose keys the partner may register; can be repeated. Default: all.",
        };
        algorithms.AcceptOnlyFromAmong([.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)]);
        return commands.Create("add", "Adds a partner.", [clientId, name, contact, algorithms], async (run, cancellationToken) =>
        {
            var partner = new JsonObject { ["clientId"] = run.Get(clientId), ["name"] = run.Get(name), ["contact"] = run.Get(contact) };
            if (run.Get(algorithms) is { Length: > 0 } allowed)
            {
                partner["allowedAlgorithms"] = new JsonArray([.. allowed.Select(algorithm => JsonValue.Create(algorithm))]);
            }

            var registry = await run.ConnectAsync(cancellationToken);
            run.Show(await registry.PostAsync(Paths.Partners, partner, cancellationToken), Block);
        });
    }

    private static Command List(CommandFactory<RegistryRun> commands) =>
        commands.Create("list", "All partners.", [], async (run, cancellationToken) =>
        {
            const string Member = "partners";
            var registry = await run.ConnectAsync(cancellationToken);
            run.ShowList(await registry.GetAllAsync(Paths.Partners, Member, cancellationToken), Member, Row);
        });

    private static Command Show(CommandFactory<RegistryRun> commands)
    {
        var clientId = Arguments.ClientId();
        return commands.Create("show", "One partner.", [clientId], async (run, cancellationToken) =>
        {
            var registry = await run.ConnectAsync(cancellationToken);
            run.Show(await registry.GetAsync(Paths.Partner(run.Get(clientId)), cancellationToken), Block);
        });
    }

    private static Command Suspend(CommandFactory<RegistryRun> commands)
    {
        var clientId = Arguments.ClientId();
        var reason = Arguments.Reason();
        const string Description = "Empties the partner's key set until it is resumed, and revokes its open enrolment tokens. Its keys are kept.";
        return commands.Create("suspend", Description, [clientId, reason], async (run, cancellationToken) =>
        {
            var registry = await run.ConnectAsync(cancellationToken);
            var body = new JsonObject { ["reason"] = run.Get(reason) };
            run.Show(await registry.PostAsync($"{Paths.Partner(run.Get(clientId))}/suspend", body, cancellationToken), Block);
        });
    }

    private static Command Resume(CommandFactory<RegistryRun> commands)
    {
        var clientId = Arguments.ClientId();
        const string Description = "Publishes the keys of a suspended partner again.";
        return commands.Create("resume", Description, [clientId], async (run, cancellationToken) =>
        {
            var registry = await run.ConnectAsync(cancellationToken);
            run.Show(await registry.PostAsync($"{Paths.Partner(run.Get(clientId))}/resume", [], cancellationToken), Block);
        });
    }

    private static Command Audit(CommandFactory<RegistryRun> commands)
    {
        var clientId = Arguments.ClientId();
        const string Description = "Every change of the partner, its keys and its enrolment tokens, oldest first.";
        return commands.Create("audit", Description, [clientId], async (run, cancellationToken) =>
        {
            const string Member = "records";
            var registry = await run.ConnectAsync(cancellationToken);
            run.ShowList(await registry.GetAllAsync(Paths.Audit(run.Get(clientId)), Member, cancellationToken), Member, AuditRow);
        });
    }
}
