using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

namespace B2BAssertions.JwksService.Commands;

/// <summary>The commands of <c>partners</c> about enrolment tokens.</summary>
internal static class EnrolmentCommands
{
    private const string TokenMember = "token";
    private const string FileMember = "tokenFile";

    private static readonly Option<string?> TokenFile = FileNames.Option(
        "--token-file", "New file for the token, which only you may read; the token is not printed then.");

    private static readonly Column Id = new("Id", "id");
    private static readonly Column Expires = new("Expires", "expiresAt");

    private static readonly Column[] Row =
    [
        Id,
        new("State", "state"),
        new("Source", "source"),
        new("Created", "createdAt"),
        Expires,
        new("Used", "usedAt"),
        new("Revoked", "revokedAt"),
    ];

    public static Command Enrol(CommandFactory<RegistryRun> commands)
    {
        var clientId = Arguments.ClientId();
        var lifetime = new Option<TimeSpan?>("--lifetime")
        {
            HelpName = Durations.HelpName,
            Description = "How long the token works, such as 24h. Default: the registry's.",
            CustomParser = Durations.Parse,
        };
        var keepOthers = new Option<bool>("--keep-others")
        {
            Description = "Leave the partner's other open tokens as they are. Without it the new token replaces them: they are revoked.",
        };
        const string Description = "Makes a one-time token with which the partner registers its first key. It is shown once.";
        return commands.Create("enrol", Description, [clientId, lifetime, keepOthers, TokenFile], async (run, cancellationToken) =>
        {
            using var file = run.Get(TokenFile) is { } path ? NewSecretFile.Create(path, TokenFile.Name) : null;
            var body = new JsonObject();
            if (run.Get(lifetime) is { } time)
            {
                body["lifetimeSeconds"] = (int)time.TotalSeconds;
            }

            if (run.Get(keepOthers))
            {
                body["keepOthers"] = true;
            }

            var registry = await run.ConnectAsync(cancellationToken);
            var answer = await registry.PostAsync(Paths.Enrolments(run.Get(clientId)), body, cancellationToken);
            HandOut(run, answer, file);
            if (!run.IsJson)
            {
                run.Error.WriteLine($"The enrolment token is shown once. It registers one key of {run.Get(clientId)}, until {Expires.TextIn(answer)}.");
                run.Error.WriteLine($"Hand it over on a way that nobody else reads. Its id, to revoke it: {Id.TextIn(answer)}");
            }
        });
    }

    public static Command List(CommandFactory<RegistryRun> commands)
    {
        var clientId = Arguments.ClientId();
        const string Description = "The partner's enrolment tokens, without the tokens themselves.";
        return commands.Create("enrolments", Description, [clientId], async (run, cancellationToken) =>
        {
            var registry = await run.ConnectAsync(cancellationToken);
            run.ShowList(await registry.GetAsync(Paths.Enrolments(run.Get(clientId)), cancellationToken), "enrolments", Row);
        });
    }

    public static Command Revoke(CommandFactory<RegistryRun> commands)
    {
        var clientId = Arguments.ClientId();
        var id = Arguments.EnrolmentId();
        const string Description = "Makes an enrolment token that is still open worthless.";
        return commands.Create("revoke-enrolment", Description, [clientId, id], async (run, cancellationToken) =>
        {
            var registry = await run.ConnectAsync(cancellationToken);
            var path = $"{Paths.Enrolments(run.Get(clientId))}/{Uri.EscapeDataString(run.Get(id))}/revoke";
            run.Show(await registry.PostAsync(path, [], cancellationToken), Row);
        });
    }
    /// <summary>Where the token goes, it goes alone: with a file it is not printed.</summary>
    private static void HandOut(RegistryRun run, JsonElement answer, NewSecretFile? file)
    {
        var token = answer.GetOptionalString(TokenMember) is { } text && BearerToken.IsSound(text) ? text : throw RegistryClient.Unreadable();
        if (file is not null)
        {
            Write(file, token, Id.TextIn(answer));
            var shown = JsonObject.Create(answer)!;
            shown.Remove(TokenMember);
            shown[FileMember] = file.Path;
            run.Show(JsonSerializer.SerializeToElement(shown), [Id, Expires, new("Token file", FileMember)]);
        }
        else if (run.IsJson)
        {
            run.Show(answer, []);
        }
        else
        {
            // The token alone on standard output, so that a pipe gets it and nothing else.
            run.Output.WriteLine(token);
        }
    }

    private static void Write(NewSecretFile file, string token, string id)
    {
        try
        {
            file.Write(token);
        }
        catch (IOException exception)
        {
            throw new StartupException(
                $"{TokenFile.Name}: '{file.Path}' cannot be written ({exception.Message}), and the token is lost. Revoke it by its id, {id}, "
                + "and make another.",
                exception);
        }
    }
}
