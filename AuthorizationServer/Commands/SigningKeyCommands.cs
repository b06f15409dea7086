using System.CommandLine;
using System.Globalization;

using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.Commands;

/// <summary><c>signing-keys</c>: what an operator does with the keys that sign access tokens (AT-04).</summary>
internal static class SigningKeyCommands
{
    private static readonly string PickedUp =
        string.Create(CultureInfo.InvariantCulture, $"Running servers follow within {SigningKeyRefresh.Interval.TotalSeconds:0} seconds.");

    private static readonly Option<bool> Json = new("--json") { Description = "Write JSON instead of a table." };

    public static Command Create(Surroundings surroundings) => new("signing-keys", "The keys that sign access tokens.")
    {
        List(surroundings),
        Rotate(surroundings),
        Withdraw(surroundings),
    };

    private static Command List(Surroundings surroundings) => Create(
        surroundings,
        "list",
        "All keys that are stored, oldest first. One is removed a week after it left the key set; the newest two stay.",
        [],
        (_, _, _) => Task.CompletedTask);

    private static Command Rotate(Surroundings surroundings)
    {
        var now = new Option<bool>("--now")
        {
            Description = "Sign with the new key at once, before APIs have read it: for an emergency.",
        };
        return Create(
            surroundings,
            "rotate",
            "Makes the next key: it is published now and signs after AuthorizationServer:SigningKeys:PublishAhead, when every API has read it. "
            + "That setting must be here what the service has; the default is 10 minutes.",
            [now],
            async (store, typed, cancellationToken) =>
            {
                var signsNow = typed.GetValue(now);
                if (signsNow)
                {
                    await surroundings.Error.WriteLineAsync(
                        "Warning: the new key signs at once. An API that has not read it meets an unknown kid: it must read the key set again before "
                        + "it refuses the token, as the Orders API does. Tokens that are out stay good.");
                }

                var next = await store.RotateAsync(signsNow, cancellationToken);
                await surroundings.Error.WriteLineAsync(
                    $"Key {next.KeyId} signs from {SigningKeyTable.Text(next.SignsFrom)}, {next.SignsFrom - next.PublishedAt:c} after it was published. "
                    + PickedUp);
            });
    }

    private static Command Withdraw(Surroundings surroundings)
    {
        var kid = new Argument<string>("KID") { Description = "The key's kid." };
        return Create(
            surroundings,
            "withdraw",
            "Stops a key that others may have: from now on it neither signs nor is published, and all tokens that it signed are refused as soon as "
            + "APIs read the key set again. If it was the one that signs, its successor signs at once.",
            [kid],
            async (store, typed, cancellationToken) =>
            {
                var text = typed.GetRequiredValue(kid);
                var (withdrawn, successor) = await store.WithdrawAsync(text, cancellationToken)
                    ?? throw CommandException.Failed("signing_key_unknown", "No stored key has this kid. 'signing-keys list' shows them.");
                await surroundings.Error.WriteLineAsync(
                    $"Key {withdrawn.KeyId} is withdrawn since {SigningKeyTable.Text(withdrawn.WithdrawnAt)}. "
                    + (successor is null ? "" : $"Key {successor.KeyId} signs at once. ") + PickedUp);
            });
    }

    /// <summary>A command that does something and then shows all keys as they are.</summary>
    private static Command Create(
        Surroundings surroundings,
        string name,
        string description,
        IEnumerable<Symbol> symbols,
        Func<SigningKeyStore, ParseResult, CancellationToken, Task> run)
    {
        var command = new Command(name, description) { Json };
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        command.SetAction((typed, cancellationToken) => EndWellOrSayWhyAsync(surroundings, async () =>
        {
            await using var database = await SigningKeyDatabase.OpenAsync(surroundings, cancellationToken);
            await run(database.Store, typed, cancellationToken);
            var timeline = await database.Store.ReadAsync(cancellationToken);
            SigningKeyTable.Write(surroundings.Output, timeline, database.Time.GetUtcNow(), typed.GetValue(Json));
        }));
        return command;
    }

    private static async Task<int> EndWellOrSayWhyAsync(Surroundings surroundings, Func<Task> run)
    {
        try
        {
            await run();
            return CommandLine.Done;
        }
        catch (Exception exception) when (WhyItFailed(exception) is { } reason)
        {
            await surroundings.Error.WriteLineAsync(reason);
            return CommandLine.Failed;
        }
    }

    /// <summary>One sentence for what an operator can mend; null for what is a fault of the program and deserves its stack trace.</summary>
    private static string? WhyItFailed(Exception exception) => exception switch
    {
        CommandException failed => Sentence(failed),
        KeyUnreadableException unreadable => Sentence(CommandException.Failed(
            "signing_keys_unreadable",
            $"The keys in the database cannot be opened: {unreadable.Message}. Set {DataProtectionOptions.Section}:CertificateFile as the service has it. "
            + "If that certificate is lost, docs/operations/signing-keys.md tells what to do.")),
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
        StartupException startup => startup.Message,
        InvalidOperationException { InnerException: FormatException } unreadable => unreadable.Message,
        _ when exception.IsDatabaseFailure() =>
            Sentence(CommandException.Failed("database_unavailable", $"The database does not answer: {exception.GetBaseException().Message}")),
        _ => null,
    };

    private static string Sentence(CommandException failed) => $"{failed.Code}: {failed.Message}";
}
