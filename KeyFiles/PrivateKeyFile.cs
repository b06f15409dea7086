using System.Security.Cryptography;
using System.Text;

using B2BAssertions.Jose;

namespace B2BAssertions.KeyFiles;

/// <summary>A private key on disk: encrypted PKCS#8 in PEM (RFC 5958 §3, RFC 7468 §11), which openssl reads as well (PC-03).</summary>
/// <param name="path">Absolute path.</param>
/// <param name="name">How its user calls the file, such as a setting or an option; the faults begin with it.</param>
public sealed class PrivateKeyFile(string path, string name, IKeyPassword password) : IKeyFile
{
    /// <summary>RFC 7468 §11.</summary>
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";

    public string Path { get; } = path;

    public bool CreateIfMissing(SigningAlgorithm algorithm, int rsaBits)
    {
        if (File.Exists(Path))
        {
            return false;
        }

        using var key = NewKey.Create(algorithm, rsaBits);
        return CreateFrom(key);
    }

    public bool CreateFrom(AsymmetricAlgorithm key) => !File.Exists(Path) && KeyFileContent.Create(
        this,
        Encoding.ASCII.GetBytes(key.ExportEncryptedPkcs8PrivateKeyPem(password.ReadOrCreate(), KeyFileContent.Encryption) + "\n"));

    public SigningKey Open(SigningAlgorithm? likely = null)
    {
        var pem = Encoding.UTF8.GetString(KeyFileContent.Read(this));
        if (!PemEncoding.TryFind(pem, out var fields))
        {
            throw Fault("holds no PEM text: it is damaged or another file. Restore it from a copy.");
        }

        var label = pem[fields.Label];
        if (label != EncryptedLabel)
        {
            throw Fault($"holds a '{label}': expected '{EncryptedLabel}'. Encrypt it: openssl pkcs8 -topk8 -v2 aes-256-cbc.");
        }

        return KeyFileContent.Accept(this, Import(pem, likely ?? SigningAlgorithm.PS256));
    }

    public StartupException Fault(string what, Exception? exception = null) => new($"{name}: the key file '{Path}' {what}", exception);

    /// <summary>What kind of key it is stands inside the encryption, so there is nothing but to try.</summary>
    private AsymmetricAlgorithm Import(string pem, SigningAlgorithm likely)
    {
        var text = password.Read();
        Func<AsymmetricAlgorithm>[] kinds = likely == SigningAlgorithm.ES256 ? [ECDsa.Create, RSA.Create] : [RSA.Create, ECDsa.Create];
        return kinds.Select(create => TryImport(create(), pem, text)).FirstOrDefault(key => key is not null) ?? throw Fault(
            $"cannot be opened with the password from {password.Origin}: the password is wrong or the file is damaged.");
    }

    private static AsymmetricAlgorithm? TryImport(AsymmetricAlgorithm key, string pem, string password)
    {
        try
        {
            key.ImportFromEncryptedPem(pem, password);
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }
}
