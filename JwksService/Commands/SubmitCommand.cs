using System.CommandLine;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

namespace B2BAssertions.JwksService.Commands;

/// <summary><c>keys submit</c>: registers the public half of a key file with a proof of possession (KR-04).</summary>
internal static class SubmitCommand
{
    private const string Description = "Registers a key with a proof of possession: a partner's first with an enrolment token, later ones "
        + "with an access token.";

    private static readonly Option<string?> PrivateKey = FileNames.Option(
        "--private-key", "The new key: encrypted PKCS#8 in PEM. Its private half stays here.", isRequired: true);

    private static readonly Option<string?> EnrolmentTokenFile = FileNames.Option(
        "--enrolment-token-file",
        "File whose first line is the enrolment token. Without it: an access token, by --client-id and --key-file.");

    public static Command Create(CommandFactory<RegistryRun> commands)
    {
        var clientId = Arguments.ClientId();
        var password = PrivateKeyPasswordFile();
        return commands.Create(
            "submit",
            Description,
            [clientId, PrivateKey, password, EnrolmentTokenFile],
            async (run, cancellationToken) =>
            {
                // The new key first: when it cannot be used, no token is asked for.
                using var key = run.OpenKey(PrivateKey, run.Get(PrivateKey)!, password);
                var registry = run.Get(EnrolmentTokenFile) is { } file
                    ? run.ConnectWith(ReadEnrolmentToken(run, file))
                    : await run.ConnectAsync(cancellationToken);
                var proof = key.CreateJwt(KeyProof.Type, run.Get(clientId), registry.Address, KeyProof.MaxLifetime, run.Time);
                var body = new JsonObject { ["key"] = key.Public.ToJson(), ["proof"] = proof };
                run.Show(await registry.PostAsync(Paths.Keys(run.Get(clientId)), body, cancellationToken), KeyCommands.Block);
            });
    }

    public static Option<string?> PrivateKeyPasswordFile() => FileNames.Option(
        "--private-key-password-file",
        "File whose first line is the new key's password. Default: the key file's name with the extension .password.");

    private static string ReadEnrolmentToken(RegistryRun run, string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (OwnerOnlyFile.IsOpenToOthers(file))
            {
                run.WarnOfOpenFile("enrolment token file", path);
            }

            return SecretFile.ReadFirstLine(file) is { } token && BearerToken.IsSound(token)
                ? token
                : throw Fault($"the first line of '{path}' is no enrolment token.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault($"'{path}' cannot be read ({exception.Message}).", exception);
        }
    }

    private static StartupException Fault(string what, Exception? exception = null) => new($"{EnrolmentTokenFile.Name}: {what}", exception);
}
