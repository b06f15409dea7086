using System.Security.Cryptography;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>Key files as a partner may bring them along.</summary>
internal static class KeyFileMaker
{
    public const string Password = "password-of-the-tests-0123456789";

    /// <summary>Few iterations: the tests that are about the real number have the client make the key.</summary>
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    private static readonly Lazy<string> SharedPem = new(() =>
    {
        using var key = RSA.Create(2048);
        return Encrypt(key, Password);
    });

    /// <summary>One RSA key for all tests.</summary>
    public static string Pem => SharedPem.Value;

    /// <summary>The same key under another password.</summary>
    public static string PemWith(string password)
    {
        using var key = RSA.Create();
        key.ImportFromEncryptedPem(Pem, Password);
        return Encrypt(key, password);
    }

    /// <summary>The key of a file that these tests wrote.</summary>
    public static RSA Open(string file)
    {
        var key = RSA.Create();
        key.ImportFromEncryptedPem(File.ReadAllText(file), Password);
        return key;
    }

    public static string Encrypt(AsymmetricAlgorithm key, string password) => key.ExportEncryptedPkcs8PrivateKeyPem(password, Encryption);

    public static void Write(string file, string content)
    {
        File.WriteAllText(file, content);
        Protect(file);
    }

    public static void Protect(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
