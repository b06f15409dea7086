using System.CommandLine;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;

namespace B2BAssertions.JwksService.Commands;

/// <summary><c>keys</c>: what an operator does with a partner's keys, and a partner with its own.</summary>
internal static class KeyCommands
{
    public static readonly IReadOnlyList<Column> Block =
    [
        new("Kid", "kid"),
        new("Thumbprint", "thumbprint"),
        new("Algorithm", "algorithm"),
        new("State", "state"),
        new("Created", "createdAt"),
        new("Activates", "activatesAt"),
        new("Retires", "retiresAt"),
        new("Revoked", "revokedAt"),
        new("Reason", "reason"),
        new("Rotation asked", "rotationRequestedAt"),
        new("Rotation reason", "rotationReason"),
        new("JWKS", "jwksUri"),
    ];

    private static readonly Column[] Row = [.. Block.Where(column => column.Member is not ("thumbprint" or "rotationRequestedAt" or "rotationReason" or "jwksUri"))];

    public static Command Create(CommandFactory<RegistryRun> commands) => new("keys", "Keys of a partner; new key files.")
    {
        List(commands),
        Show(commands),
        SubmitCommand.Create(commands),
        GenerateCommand.Create(commands),
        Activate(commands),
        Retire(commands),
        Revoke(commands),
        RequestRotation(commands),
    };

    private static Command List(CommandFactory<RegistryRun> commands)
    {
        var clientId = Arguments.ClientId();
        return commands.Create("list", "All keys that the partner ever had, oldest first.", [clientId], async (run, cancellationToken) =>
        {
            const string Member = "keys";
            var registry = await run.ConnectAsync(cancellationToken);
            run.ShowList(await registry.GetAllAsync(Paths.Keys(run.Get(clientId)), Member, cancellationToken), Member, Row);
        });
    }

    private static Command Show(CommandFactory<RegistryRun> commands)
    {
        var clientId = Arguments.ClientId();
        var kid = Arguments.Kid();
        return commands.Create("show", "One key.", [clientId, kid], async (run, cancellationToken) =>
        {
            var registry = await run.ConnectAsync(cancellationToken);
            run.Show(await registry.GetAsync(Paths.Key(run.Get(clientId), run.Get(kid)), cancellationToken), Block);
        });
    }

    private static Command Activate(CommandFactory<RegistryRun> commands) =>
        Change(commands, "activate", "Makes a pending key active before its time.", [], _ => []);

    private static Command Retire(CommandFactory<RegistryRun> commands)
    {
        var overlap = new Option<TimeSpan?>("--overlap")
        {
            HelpName = Durations.HelpName,
            Description = "How long the key is still published, such as 30m. Default: the registry's.",
            CustomParser = Durations.Parse,
        };
        return Change(commands, "retire", "Lets a key leave the key set after an overlap.", [overlap], run => run.Get(overlap) is { } time
            ? new JsonObject { ["overlapSeconds"] = (int)time.TotalSeconds }
            : []);
    }

    private static Command Revoke(CommandFactory<RegistryRun> commands)
    {
        var reason = Arguments.Reason();
        const string Description = "Takes a key out of the key set at once, even the last one.";
        return Change(commands, "revoke", Description, [reason], run => new JsonObject { ["reason"] = run.Get(reason) });
    }

    private static Command RequestRotation(CommandFactory<RegistryRun> commands)
    {
        var reason = Arguments.Reason();
        const string Description = "Asks the partner to put a new key in the place of this one.";
        return Change(commands, "request-rotation", Description, [reason], run => new JsonObject { ["reason"] = run.Get(reason) });
    }

    /// <summary>A change of one key; the command's name is the API's.</summary>
    private static Command Change(
        CommandFactory<RegistryRun> commands, string name, string description, IEnumerable<Option> options, Func<RegistryRun, JsonObject> toBody)
    {
        var clientId = Arguments.ClientId();
        var kid = Arguments.Kid();
        return commands.Create(name, description, [clientId, kid, .. options], async (run, cancellationToken) =>
        {
            var registry = await run.ConnectAsync(cancellationToken);
            var path = $"{Paths.Key(run.Get(clientId), run.Get(kid))}/{name}";
            run.Show(await registry.PostAsync(path, toBody(run), cancellationToken), Block);
        });
    }
}
