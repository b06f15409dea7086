using System.Security.Cryptography;
using System.Text;

using B2BAssertions.Jose;

namespace B2BAssertions.KeyFiles;

/// <summary>A private key on disk: encrypted PKCS#8 in PEM (RFC 5958 §3, RFC 7468 §11), which openssl reads as well (PC-03).</summary>
/// <param name="path">Absolute path.</param>
/// <param name="name">How its user calls the file, such as a setting or an option; the faults begin with it.</param>
public sealed class PrivateKeyFile(string path, string name, IKeyPassword password) : IKeyFile
{
    private const string Expected = $"expected one '{PemKey.EncryptedPkcs8}'";

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

    public SigningKey Open() => KeyFileContent.Open(this, Read);

    public bool IsOpenToOwnGroup() => KeyFileContent.IsOpenToOwnGroup(this);

    public StartupException Fault(string what, Exception? exception = null) => new($"{name}: the key file '{Path}' {what}", exception);

    private AsymmetricAlgorithm Read(ReadOnlyMemory<byte> content)
    {
        var (label, key) = PemKey.Find(PemKey.ReadText(content), Expected);
        return label == PemKey.EncryptedPkcs8
            ? Pkcs8Content.ReadEncrypted(key, password)
            : throw new KeyFormatException(
                $"holds a '{label}': {Expected}. Encrypt it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW");
    }
}
