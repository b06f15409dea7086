using System.Security.Cryptography;
using System.Text;

using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>The private key on disk: encrypted PKCS#8 in PEM (RFC 5958 §3, RFC 7468 §11), which openssl reads as well (PC-03).</summary>
internal sealed class KeyFile(IOptions<PartnerClientOptions> options, DataDirectory directory, KeyPassword password)
{
    private const string Setting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.KeyFile)}";

    /// <summary>RFC 7468 §11.</summary>
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";

    /// <summary>A key file has a few KiB; what is much larger is another file.</summary>
    private const int MaxBytes = 64 * 1024;

    /// <summary>PBES2 with PBKDF2-HMAC-SHA256; the count is OWASP's for this function.</summary>
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);

    private readonly SigningAlgorithm _algorithm =
        SigningAlgorithm.TryParse(options.Value.Algorithm, out var algorithm) ? algorithm : SigningAlgorithm.PS256;

    public string Path { get; } = directory.Locate(options.Value.KeyFile);

    /// <summary>Makes a key pair if the file does not exist.</summary>
    /// <returns>Whether it was made; an existing file is never written.</returns>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    public bool CreateIfMissing()
    {
        if (File.Exists(Path))
        {
            return false;
        }

        using AsymmetricAlgorithm key = _algorithm == SigningAlgorithm.ES256
            ? ECDsa.Create(ECCurve.NamedCurves.nistP256)
            : RSA.Create(options.Value.RsaKeySize);
        var pem = Encoding.ASCII.GetBytes(key.ExportEncryptedPkcs8PrivateKeyPem(password.GetOrCreate(), Encryption) + "\n");
        try
        {
            return OwnerOnlyFile.TryCreate(Path, pem);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault($"cannot be written ({exception.Message}). Name a file in a folder that this user may write to.", exception);
        }
    }

    /// <exception cref="StartupException">The file cannot be used; the message says why and what to do.</exception>
    public PartnerKey Read()
    {
        var pem = ReadText();
        if (!PemEncoding.TryFind(pem, out var fields))
        {
            throw Fault("holds no PEM text: it is damaged or another file. Restore it from a copy.");
        }

        var label = pem[fields.Label];
        return label == EncryptedLabel
            ? Open(pem)
            : throw Fault($"holds a '{label}': expected '{EncryptedLabel}'. Encrypt it: openssl pkcs8 -topk8 -v2 aes-256-cbc.");
    }

    private PartnerKey Open(string pem)
    {
        AsymmetricAlgorithm expected = _algorithm == SigningAlgorithm.ES256 ? ECDsa.Create() : RSA.Create();
        if (!TryImport(expected, pem))
        {
            expected.Dispose();
            throw IsOtherKind(pem)
                ? Fault($"holds a key of another kind than {_algorithm} needs. Set PartnerClient:Algorithm to the one it is for.")
                : Fault($"cannot be opened with the password from {password.Origin}: the password is wrong or the file is damaged.");
        }

        try
        {
            return PartnerKey.From(expected);
        }
        catch (ArgumentException exception)
        {
            expected.Dispose();
            throw Fault($"holds a key that is not accepted. {exception.Message} Move it away to have a new key made.", exception);
        }
    }

    private bool IsOtherKind(string pem)
    {
        using AsymmetricAlgorithm other = _algorithm == SigningAlgorithm.ES256 ? RSA.Create() : ECDsa.Create();
        return TryImport(other, pem);
    }

    private bool TryImport(AsymmetricAlgorithm key, string pem)
    {
        try
        {
            key.ImportFromEncryptedPem(pem, password.Get());
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
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

    private StartupException Fault(string what, Exception? exception = null) => new($"{Setting}: the key file '{Path}' {what}", exception);
}
