using System.CommandLine;
using System.Globalization;

using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.CommandLines;
using B2BAssertions.DatabaseDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.Commands;

/// <summary><c>signing-keys</c>: what an operator does with the keys that sign access tokens (AT-04).</summary>
internal static class SigningKeyCommands
{
    private static readonly string PickedUp =
        string.Create(CultureInfo.InvariantCulture, $"Running servers follow within {SigningKeyRefresh.Interval.TotalSeconds:0} seconds.");

    private static readonly Option<bool> Json = new("--json") { Description = "Write JSON instead of a table." };

    /// <param name="configure">What a test adds; nothing otherwise.</param>
    public static Command Create(Surroundings surroundings, Action<WebApplicationBuilder>? configure)
    {
        var commands = new CommandFactory<CommandRun>(surroundings, typed => new CommandRun(typed, surroundings, Json), WhyItFailed);
        return new Command("signing-keys", "The keys that sign access tokens.")
        {
            List(commands, configure),
            Rotate(commands, configure),
            Withdraw(commands, configure),
        };
    }

    private static Command List(CommandFactory<CommandRun> commands, Action<WebApplicationBuilder>? configure) => Create(
        commands,
        configure,
        "list",
        "All keys that are stored, oldest first. One is removed a week after it left the key set; the newest two stay.",
        [],
        (_, _, _) => Task.CompletedTask);

    private static Command Rotate(CommandFactory<CommandRun> commands, Action<WebApplicationBuilder>? configure)
    {
        var now = new Option<bool>("--now")
        {
            Description = "Sign with the new key at once, before APIs have read it: for an emergency.",
        };
        return Create(
            commands,
            configure,
            "rotate",
            "Makes the next key: it is published now and signs after AuthorizationServer:SigningKeys:PublishAhead, when every API has read it. "
            + "That setting must be here what the service has; the default is 10 minutes.",
            [now],
            async (store, run, cancellationToken) =>
            {
                var signsNow = run.Get(now);
                if (signsNow)
                {
                    await run.Error.WriteLineAsync(
                        "Warning: the new key signs at once. An API that has not read it meets an unknown kid: it must read the key set again before "
                        + "it refuses the token, as the Orders API does. Tokens that are out stay good.");
                }

                var next = await store.RotateAsync(signsNow, cancellationToken);
                await run.Error.WriteLineAsync(
                    $"Key {next.KeyId} signs from {TimeText.Of(next.SignsFrom)}, {next.SignsFrom - next.PublishedAt:c} after it was published. "
                    + PickedUp);
            });
    }

    private static Command Withdraw(CommandFactory<CommandRun> commands, Action<WebApplicationBuilder>? configure)
    {
        var kid = new Argument<string>("KID") { Description = "The key's kid." };
        return Create(
            commands,
            configure,
            "withdraw",
            "Stops a key that others may have: from now on it neither signs nor is published, and all tokens that it signed are refused as soon as "
            + "APIs read the key set again. If it was the one that signs, its successor signs at once.",
            [kid],
            async (store, run, cancellationToken) =>
            {
                var text = run.Get(kid);
                var (withdrawn, successor) = await store.WithdrawAsync(text, cancellationToken)
                    ?? throw CommandException.Failed("signing_key_unknown", "No stored key has this kid. 'signing-keys list' shows them.");
                await run.Error.WriteLineAsync(
                    $"Key {withdrawn.KeyId} is withdrawn since {TimeText.Of(withdrawn.WithdrawnAt)}. "
                    + (successor is null ? "" : $"Key {successor.KeyId} signs at once. ") + PickedUp);
            });
    }

    /// <summary>A command that does something and then shows all keys as they are.</summary>
    private static Command Create(
        CommandFactory<CommandRun> commands,
        Action<WebApplicationBuilder>? configure,
        string name,
        string description,
        IEnumerable<Symbol> symbols,
        Func<SigningKeyStore, CommandRun, CancellationToken, Task> act) =>
        commands.Create(name, description, [Json, .. symbols], async (run, cancellationToken) =>
        {
            await using var database = await SigningKeyDatabase.OpenAsync(configure, cancellationToken);
            await act(database.Store, run, cancellationToken);
            var timeline = await database.Store.ReadAsync(cancellationToken);
            SigningKeyTable.Write(run.Output, timeline, database.Time.GetUtcNow(), run.IsJson);
        });

    /// <summary>One sentence for what an operator can mend; null for what is a fault of the program and deserves its stack trace.</summary>
    private static string? WhyItFailed(Exception exception) => exception switch
    {
        KeyUnreadableException unreadable => CommandException.Failed(
            "signing_keys_unreadable",
            $"The keys in the database cannot be opened: {unreadable.Message}. Set {DataProtectionOptions.Section}:CertificateFile as the service has it. "
            + "If that certificate is lost, docs/operations/signing-keys.md tells what to do.").Sentence,
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
        InvalidOperationException { InnerException: FormatException } unreadable => unreadable.Message,
        _ when exception.IsDatabaseFailure() =>
            CommandException.Failed("database_unavailable", $"The database does not answer: {exception.GetBaseException().Message}").Sentence,
        _ => null,
    };
}
