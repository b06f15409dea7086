using System.Security.Cryptography;

using B2BAssertions.Jose;

namespace B2BAssertions.KeyFiles;

/// <summary>
/// A private key on disk as PKCS#12 (RFC 7292), with a certificate that only holds the public half: Java's keytool lists no key without one
/// (PC-03). The file is read as what it is, not by a certificate store, so no key is ever put on disk by opening it.
/// </summary>
/// <param name="path">Absolute path.</param>
/// <param name="name">How its user calls the file, such as a setting or an option; the faults begin with it.</param>
public sealed class Pkcs12KeyFile(string path, string name, IKeyPassword password, TimeProvider time) : IKeyFile
{
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
        Pkcs12Content.Write(key, System.IO.Path.GetFileNameWithoutExtension(Path), password.ReadOrCreate(), time.GetUtcNow()));

    public SigningKey Open() => KeyFileContent.Open(this, content => Pkcs12Content.Read(content, password));

    public bool IsOpenToOwnGroup() => KeyFileContent.IsOpenToOwnGroup(this);

    public StartupException Fault(string what, Exception? exception = null) => new($"{name}: the key file '{Path}' {what}", exception);
}
