using System.CommandLine;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.PartnerClient.Rotation;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary><c>keys import</c>: takes over a private key that was made elsewhere.</summary>
internal static class ImportCommand
{
    private const string Description = "Takes over a private key that was made elsewhere: PEM (PKCS#8, PKCS#1, SEC1), PKCS#12, or a private JWK. It is "
        + "stored encrypted where the worker has its key, and never over another one. FILE is left as it is.";

    private static readonly Option<string?> Password =
        FileNames.Option("--password-file", "File whose first line is the password of FILE, when that is encrypted.");

    public static Command Create(CommandFactory<PartnerRun> commands)
    {
        var file = FileNames.Argument("The private key.");
        return commands.Create("import", Description, [file, Password], (run, _) =>
        {
            run.Adjust(KeySettings.Suffice);
            if (!run.Part<KeyRing>().IsEmpty)
            {
                throw CommandException.Failed(
                    "key_exists",
                    "There is a key already, and a key is never written over. To change to another one without a gap: PartnerClient keys rotate.");
            }

            DataDirectory.Create(run.Part<DataDirectory>().Path);
            var (key, formerKeyId) = run.Part<KeyImporter>()
                .Import(Path.GetFullPath(run.Get(file)), PasswordIn(run), run.Part<IKeyStore>().ConfiguredName);
            KeyCommands.ShowKey(run, run.OpenKey(), created: true);
            if (formerKeyId is not null)
            {
                run.Error.WriteLine(
                    $"The key came with the kid '{ForeignText.Shown(formerKeyId)}', which is not kept: here it is known by its thumbprint, "
                    + $"{key.KeyId}. Have it registered under that kid.");
            }

            run.Error.WriteLine($"The key is stored. '{run.Get(file)}' still holds it: erase it, and whatever copy led to it.");
            return Task.CompletedTask;
        });
    }

    private static PasswordFile? PasswordIn(PartnerRun run)
    {
        if (run.Get(Password) is not { } path)
        {
            return null;
        }

        var password = new PasswordFile(Path.GetFullPath(path), Password.Name);
        if (password.IsOpenToOthers())
        {
            run.WarnOfOpenFile("password file", path);
        }

        return password;
    }
}
