using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// The key of the registry's operator in a system that one host starts: made with the first start, so that the command line can be used
/// at once. Elsewhere the operator makes the key and hands over the public half.
/// </summary>
public static class OperatorKey
{
    /// <summary>The folder of the key among those of the services.</summary>
    public const string FolderName = "operator";

    /// <summary>The key file in its folder; the password lies beside it.</summary>
    public const string FileName = $"{SystemSettings.OperatorClientId}.pem";

    /// <summary>Larger than a partner's: it may register keys for all of them, and signs only when a person works.</summary>
    private const int RsaBits = 3072;

    /// <summary>Makes key and password when they are missing; hosts that start at once end with one key.</summary>
    /// <returns>The public half as a JWK Set, in JSON.</returns>
    /// <exception cref="StartupException">The files cannot be made or used.</exception>
    public static string EnsureCreated(string folder)
    {
        DataDirectory.Create(folder);
        FileIn(folder).CreateIfMissing(SigningAlgorithm.PS256, RsaBits);

        // Always from the file: of two hosts at once, only one has made the key that counts.
        using var key = Open(folder);
        return new JwkSet([key.Public]).ToJson().ToJsonString();
    }

    /// <exception cref="StartupException">The files are missing or cannot be used.</exception>
    public static SigningKey Open(string folder) => FileIn(folder).Open();

    private static PrivateKeyFile FileIn(string folder)
    {
        var path = Path.Combine(Path.GetFullPath(folder), FileName);
        var password = new PasswordFile(PasswordFile.PathBeside(path), SystemSettings.OperatorClientId);
        return new PrivateKeyFile(path, SystemSettings.OperatorClientId, password);
    }
}
