using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

namespace B2BAssertions.JwksService.Commands;

/// <summary><c>keys generate</c>: a new key file with its password file; no registry is asked.</summary>
internal static class GenerateCommand
{
    private const string Description = "Makes an encrypted key file and its password file, and writes the public half.";

    private const string PublicHalf = "The public half. An operator's goes to the authorization server, as its setting "
        + "AuthorizationServer:Clients:n:Jwks; a partner's goes to the registry, by 'keys submit':";

    private static readonly string[] RsaSizes = ["2048", "3072", "4096"];

    private static readonly Column[] Block =
    [
        new("Kid", "kid"),
        new("Algorithm", "algorithm"),
        new("Key file", "keyFile"),
        new("Password file", "passwordFile"),
    ];

    public static Command Create(CommandFactory<RegistryRun> commands)
    {
        var file = FileNames.Argument("The key file to make; an existing one is never written.");
        var password = SubmitCommand.PrivateKeyPasswordFile();
        var algorithm = new Option<string>("--algorithm")
        {
            Description = "What the key signs with, and so its kind.",
            DefaultValueFactory = _ => SigningAlgorithm.PS256.Name,
        };
        algorithm.AcceptOnlyFromAmong([.. SigningAlgorithm.All.Select(known => known.Name)]);
        var rsaSize = new Option<string>("--rsa-size")
        {
            Description = "Bits of a key for PS256.",
            DefaultValueFactory = _ => "3072",
        };
        rsaSize.AcceptOnlyFromAmong(RsaSizes);
        return commands.Create("generate", Description, [file, password, algorithm, rsaSize], (run, _) =>
        {
            Generate(
                run,
                run.Get(file),
                run.PasswordFor(run.Get(file), password),
                SigningAlgorithm.Parse(run.Get(algorithm)!),
                int.Parse(run.Get(rsaSize)!, CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        });
    }

    private static void Generate(RegistryRun run, string path, PasswordFile password, SigningAlgorithm algorithm, int rsaBits)
    {
        var file = new PrivateKeyFile(Path.GetFullPath(path), FileNames.HelpName, password);
        if (!file.CreateIfMissing(algorithm, rsaBits))
        {
            throw file.Fault("is there already, and a key is never written over. Name another file.");
        }

        // Read back: what is on disk is what counts.
        using var key = file.Open();
        var jwks = new JwkSet([key.Public]).ToJson();
        run.Show(
            JsonSerializer.SerializeToElement(new JsonObject
            {
                ["kid"] = key.Kid,
                ["algorithm"] = algorithm.Name,
                ["keyFile"] = file.Path,
                ["passwordFile"] = password.Path,
                ["jwks"] = jwks,
            }),
            Block);
        if (!run.IsJson)
        {
            run.Output.WriteLine();
            run.Output.WriteLine(PublicHalf);
            run.Output.WriteLine(jwks.ToJsonString());
        }
    }
}
