using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;
using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.PartnerClient.Rotation;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary><c>keys list</c>: our keys by what they are for, and what the registry says of them.</summary>
internal static class KeyListCommand
{
    private const string Member = "keys";
    private const string RegistryMember = "registryState";

    private static readonly Column[] Row =
    [
        new("Role", "role"),
        new("Kid", "kid"),
        new("Created", "createdAt"),
        new("Archived", "archivedAt"),
        new("Key", "key"),
    ];

    private static readonly Option<bool> Registry = new("--registry")
    {
        Description = "Show what the registry says of each key as well, and keys that only it has. Takes an access token with the scope keys.",
    };

    public static Command Create(CommandFactory<PartnerRun> commands) => commands.Create(
        "list",
        "The keys of this partner: the one that signs (current), the one that comes next, the former one (previous), and the archived.",
        [Registry],
        async (run, cancellationToken) =>
        {
            if (!run.Get(Registry))
            {
                run.Adjust(KeySettings.Suffice);
            }

            var rows = ListOwn(run.OpenKey(), run.Part<IKeyStore>());
            if (run.Get(Registry))
            {
                AddStates(rows, await AskRegistryAsync(run, cancellationToken));
            }

            run.ShowList(
                JsonSerializer.SerializeToElement(new JsonObject { [Member] = new JsonArray([.. rows]) }),
                list => list.GetProperty(Member).EnumerateArray(),
                run.Get(Registry) ? [.. Row, new Column("Registry", RegistryMember)] : Row);
        });

    private static List<JsonObject> ListOwn(KeyRing ring, IKeyStore store)
    {
        var state = ring.State;
        List<JsonObject> rows = [Held("current", state.Current, store)];
        if (state.Next is { Kid: not null } next)
        {
            rows.Add(Held("next", next, store));
        }

        if (state.Previous is { } previous)
        {
            rows.Add(Held("previous", previous, store));
        }

        rows.AddRange(state.Archived.Select(key => new JsonObject
        {
            ["role"] = "archived",
            ["kid"] = key.Kid,
            ["archivedAt"] = key.ArchivedAt,
            ["key"] = store.Describe(key.Name),
        }));
        return rows;
    }

    private static JsonObject Held(string role, HeldKey key, IKeyStore store) => new()
    {
        ["role"] = role,
        ["kid"] = key.Kid,
        ["createdAt"] = key.CreatedAt,
        ["key"] = store.Describe(key.Name),
    };

    /// <exception cref="CommandException">The registry does not tell.</exception>
    private static async Task<IReadOnlyList<RegistryKey>> AskRegistryAsync(PartnerRun run, CancellationToken cancellationToken)
    {
        var token = (await run.Part<KeysToken>().GetAsync(run.Part<KeyRing>().Key, cancellationToken)).OrFail();
        return (await run.Part<RegistryKeys>().ListAsync(token, cancellationToken)).OrFail();
    }

    private static void AddStates(List<JsonObject> rows, IReadOnlyList<RegistryKey> registered)
    {
        foreach (var key in registered)
        {
            var row = rows.Find(own => (string?)own["kid"] == key.Kid);
            if (row is null)
            {
                row = new JsonObject { ["role"] = "elsewhere", ["kid"] = key.Kid, ["createdAt"] = key.CreatedAt };
                rows.Add(row);
            }

            row[RegistryMember] = key.State;
        }

        foreach (var row in rows.Where(row => row[RegistryMember] is null))
        {
            row[RegistryMember] = "unknown";
        }
    }
}
