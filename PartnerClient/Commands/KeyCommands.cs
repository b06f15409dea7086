using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Rotation;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary><c>keys</c>: the partner's own keys, where the worker has them. Never a private half, never a password.</summary>
internal static class KeyCommands
{
    private const string Jwk = "jwk";
    private const string Jwks = "jwks";
    private const string Pem = "pem";

    private static readonly Column[] Block =
    [
        new("Kid", "kid"),
        new("Algorithm", "algorithm"),
        new("Key", "key"),
    ];

    public static Command Create(CommandFactory<PartnerRun> commands) => new("keys", "The keys that this partner signs with.")
    {
        Generate(commands),
        KeyListCommand.Create(commands),
        Public(commands),
        ImportCommand.Create(commands),
        RotationCommands.Rotate(commands),
        RotationCommands.Status(commands),
    };

    /// <summary>The key that signs.</summary>
    public static void ShowKey(PartnerRun run, KeyRing ring, bool created) => run.Show(
        JsonSerializer.SerializeToElement(new JsonObject
        {
            ["kid"] = ring.Key.Kid,
            ["algorithm"] = ring.Key.Public.Algorithm.Name,
            ["key"] = ring.Location,
            ["created"] = created,
        }),
        Block);

    private static Command Generate(CommandFactory<PartnerRun> commands)
    {
        const string Description = "Makes the key, and a random password where none is set. A key that is there already is left as it is.";
        return commands.Create("generate", Description, [], (run, _) =>
        {
            run.Adjust(KeySettings.Suffice);
            DataDirectory.Create(run.Part<DataDirectory>().Path);
            var created = run.Part<KeyRing>().Open();
            ShowKey(run, run.Part<KeyRing>(), created);
            run.Error.WriteLine(created
                ? "The API owner's registry has to know its public half: the worker enrols it by the enrolment token, or hand over 'keys public'."
                : "The key was there already: nothing was made.");
            return Task.CompletedTask;
        });
    }

    private static Command Public(CommandFactory<PartnerRun> commands)
    {
        var format = new Option<string>("--format")
        {
            Description = "A JWK, a JWK Set with that one key, or SubjectPublicKeyInfo in PEM.",
            DefaultValueFactory = _ => Jwk,
        };
        format.AcceptOnlyFromAmong(Jwk, Jwks, Pem);
        return commands.Create("public", "Writes the public half of the key that signs, for whoever has to know it.", [format], (run, _) =>
        {
            run.Adjust(KeySettings.Suffice);
            var key = run.OpenKey().Key;
            run.Output.WriteLine(run.Get(format) switch
            {
                Pem => key.Public.ToPem().TrimEnd(),
                Jwks => new JwkSet([key.Public]).ToJson().ToJsonString(),
                _ => key.Public.ToJson().ToJsonString(),
            });
            return Task.CompletedTask;
        });
    }
}
