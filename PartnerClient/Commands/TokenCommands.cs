using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary><c>token get</c>: asks for an access token and says what it is; the token itself only to whoever asks for it on purpose.</summary>
internal static class TokenCommands
{
    private const string FileMember = "tokenFile";

    private static readonly Option<bool> Raw = new("--raw")
    {
        Description = "Write the token itself: to a terminal, or with --output to a file. Whoever has it can use it until it expires.",
    };

    private static readonly Option<string?> Output = FileNames.Option(
        "--output", "With --raw: new file for the token, which only you may read; the token is not printed then.");

    public static Command Create(CommandFactory<PartnerRun> commands) => new("token", "Access tokens of the authorization server.")
    {
        Get(commands),
    };

    private static Command Get(CommandFactory<PartnerRun> commands)
    {
        var scope = Globals.Scope("PartnerClient:Scope");
        const string Description = "Asks for a token and shows what the server says of it: type, scope, lifetime and, of a JWT, header and claims.";
        return commands.Create("get", Description, [scope, Raw, Output], async (run, cancellationToken) =>
        {
            RefuseCarelessness(run);
            using var file = run.Get(Output) is { } path ? NewSecretFile.Create(path, Output.Name) : null;
            run.AskFor(run.Get(scope));
            run.OpenKey();
            var token = await run.GetTokenAsync(cancellationToken);
            if (file is null && run.Get(Raw))
            {
                run.Output.WriteLine(token.Value);
                return;
            }

            if (file is not null)
            {
                Write(file, token.Value);
            }

            Show(run, PartnerFlow.Describe(token, fromCache: false), file?.Path);
        });
    }

    /// <summary>A token in a pipe ends in a log, a build's output or another's screen: whoever wants one elsewhere names a file.</summary>
    private static void RefuseCarelessness(PartnerRun run)
    {
        if (!run.Get(Raw))
        {
            if (run.Get(Output) is not null)
            {
                throw new UsageException($"{Output.Name} needs {Raw.Name}: the file gets the token itself.");
            }

            return;
        }

        if (run.Get(Output) is null && run.IsJson)
        {
            throw new UsageException($"{Raw.Name} writes the token alone. To have JSON as well, name a file for the token: {Output.Name} FILE.");
        }

        if (run.Get(Output) is null && !run.IsOutputTerminal)
        {
            throw new UsageException(
                $"{Raw.Name} writes a token to a terminal only, and standard output is none. Name a new file for it: {Raw.Name} {Output.Name} FILE.");
        }
    }

    private static void Show(PartnerRun run, TokenReport token, string? file)
    {
        if (run.IsJson)
        {
            var json = new JsonObject
            {
                ["tokenType"] = token.TokenType,
                ["scope"] = token.Scope,
                ["expiresInSeconds"] = token.ExpiresInSeconds,
                ["issuer"] = token.Issuer,
                ["header"] = token.Header,
                ["claims"] = token.Claims,
            };
            if (file is not null)
            {
                json[FileMember] = file;
            }

            run.ShowJson(JsonSerializer.SerializeToElement(json));
            return;
        }

        string[][] fileLine = file is null ? [] : [["Token file", file]];
        TextTable.Write(
            run.Output,
            [
                ["Type", token.TokenType],
                ["Scope", TerminalText.Of(token.Scope)],
                ["Lifetime", $"{token.ExpiresInSeconds} s"],
                ["Issuer", token.Issuer],
                .. JwtText.TimesIn(token.Claims),
                .. fileLine,
            ]);
        if (token is { Header: { } header, Claims: { } claims })
        {
            JwtText.Write(run.Output, "Header", header);
            JwtText.Write(run.Output, "Claims", claims);
        }
    }

    private static void Write(NewSecretFile file, string token)
    {
        try
        {
            file.Write(token);
        }
        catch (IOException exception)
        {
            throw new StartupException($"{Output.Name}: '{file.Path}' cannot be written ({exception.Message}).", exception);
        }
    }
}
