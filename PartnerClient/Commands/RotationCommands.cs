using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;
using B2BAssertions.PartnerClient.Rotation;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary><c>keys rotate</c> and <c>keys status</c>: another key in the place of the present one, without a gap (PC-06).</summary>
internal static class RotationCommands
{
    private static readonly Column[] Block =
    [
        new("Kid", "kid"),
        new("Key", "key"),
        new("Created", "createdAt"),
        new("Rotation", "phase"),
        new("Because", "cause"),
        new("Begun", "begunAt"),
        new("Next kid", "nextKid"),
        new("Active from", "activatesAt"),
        new("Known to all", "publishedEverywhereAt"),
        new("Former kid", "previousKid"),
        new("Archived", "archived"),
        new("Due", "dueAt"),
    ];

    public static Command Rotate(CommandFactory<PartnerRun> commands)
    {
        const string Description = "Makes a new key, registers it, waits until every reader of the key set has it, signs with it, and retires the former "
            + "one. Stopped on the way, it goes on with the next run, or in the worker. Where a worker runs on the same folder, that one rotates.";
        return commands.Create("rotate", Description, [], async (run, cancellationToken) =>
        {
            var ring = run.OpenKey();
            if (await run.Part<RotationRun>().RunAsync(run.Error.WriteLine, cancellationToken) is { } failure)
            {
                throw failure.ToException();
            }

            ShowStatus(run, ring);
        });
    }

    public static Command Status(CommandFactory<PartnerRun> commands) => commands.Create(
        "status",
        "How far a rotation is, by what is on disk; no server is asked.",
        [],
        (run, _) =>
        {
            run.Adjust(KeySettings.Suffice);
            ShowStatus(run, run.OpenKey());
            return Task.CompletedTask;
        });

    private static void ShowStatus(PartnerRun run, KeyRing ring)
    {
        var state = ring.State;
        var every = run.Part<IOptions<PartnerClientOptions>>().Value.Rotation.Every;
        run.Show(
            JsonSerializer.SerializeToElement(new JsonObject
            {
                ["kid"] = ring.Key.Kid,
                ["key"] = ring.Location,
                ["createdAt"] = state.Current.CreatedAt,
                ["phase"] = JsonNamingPolicy.CamelCase.ConvertName(state.Phase.ToString()),
                ["cause"] = state.Cause,
                ["begunAt"] = state.BegunAt,
                ["nextKid"] = state.Next?.Kid,
                ["activatesAt"] = state.ActivatesAt,
                ["publishedEverywhereAt"] = state.PublishedEverywhereAt,
                ["previousKid"] = state.Previous?.Kid,
                ["archived"] = state.Archived.Count,
                ["dueAt"] = every > TimeSpan.Zero ? state.Current.CreatedAt + every : null,
            }),
            Block);
    }
}
