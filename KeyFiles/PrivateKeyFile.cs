using System.Security.Cryptography;
using System.Text;

using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.KeyFiles;

/// <summary>A private key on disk: encrypted PKCS#8 in PEM (RFC 5958 §3, RFC 7468 §11), which openssl reads as well (PC-03).</summary>
/// <param name="path">Absolute path.</param>
/// <param name="name">How its user calls the file, such as a setting or an option; the faults begin with it.</param>
public sealed class PrivateKeyFile(string path, string name, IKeyPassword password)
{
    /// <summary>RFC 7468 §11.</summary>
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";

    /// <summary>A key file has a few KiB; what is much larger is another file.</summary>
    private const int MaxBytes = 64 * 1024;

    /// <summary>PBES2 with PBKDF2-HMAC-SHA256; the count is OWASP's for this function.</summary>
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);

    public string Path { get; } = path;

    /// <summary>Makes a key pair if the file does not exist.</summary>
    /// <param name="rsaBits">Size of the key where the algorithm is RSA's.</param>
    /// <returns>Whether it was made; an existing file is never written.</returns>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    public bool CreateIfMissing(SigningAlgorithm algorithm, int rsaBits)
    {
        if (File.Exists(Path))
        {
            return false;
        }

        using AsymmetricAlgorithm key = algorithm == SigningAlgorithm.ES256
            ? ECDsa.Create(ECCurve.NamedCurves.nistP256)
            : RSA.Create(rsaBits);
        var pem = Encoding.ASCII.GetBytes(key.ExportEncryptedPkcs8PrivateKeyPem(password.ReadOrCreate(), Encryption) + "\n");
        try
        {
            return OwnerOnlyFile.TryCreate(Path, pem);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault($"cannot be written ({exception.Message}). Name a file in a folder that this user may write to.", exception);
        }
    }

    /// <summary>The key, of whichever kind it is.</summary>
    /// <param name="likely">The kind to try first, which saves time.</param>
    /// <exception cref="StartupException">The file cannot be used; the message says why and what to do.</exception>
    public SigningKey Open(SigningAlgorithm? likely = null)
    {
        var pem = ReadText();
        if (!PemEncoding.TryFind(pem, out var fields))
        {
            throw Fault("holds no PEM text: it is damaged or another file. Restore it from a copy.");
        }

        var label = pem[fields.Label];
        if (label != EncryptedLabel)
        {
            throw Fault($"holds a '{label}': expected '{EncryptedLabel}'. Encrypt it: openssl pkcs8 -topk8 -v2 aes-256-cbc.");
        }

        var key = Import(pem, likely ?? SigningAlgorithm.PS256);
        try
        {
            return SigningKey.From(key);
        }
        catch (ArgumentException exception)
        {
            key.Dispose();
            throw Fault($"holds a key that is not accepted. {exception.Message} Move it away and have a new key made.", exception);
        }
    }

    /// <summary>A sentence about this file, such as that its key is not the one that was expected.</summary>
    /// <param name="what">The sentence after the file's name.</param>
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

    private string ReadText()
    {
        try
        {
            using var file = File.OpenRead(Path);
            if (OwnerOnlyFile.IsOpenToOthers(file))
            {
                throw Fault("is open to group or others. Treat the key as seen if they are not trusted; otherwise: chmod 600.");
            }

            if (file.Length > MaxBytes)
            {
                throw Fault($"is larger than {MaxBytes} bytes: it is another file.");
            }

            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault($"cannot be read ({exception.Message}).", exception);
        }
    }
}
