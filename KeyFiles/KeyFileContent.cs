using System.Security.Cryptography;

using B2BAssertions.Jose;

namespace B2BAssertions.KeyFiles;

/// <summary>What holds for key files of every format.</summary>
internal static class KeyFileContent
{
    /// <summary>A key file has a few KiB; what is much larger is another file.</summary>
    private const int MaxBytes = 64 * 1024;

    /// <summary>PBES2 with PBKDF2-HMAC-SHA256; the count is OWASP's for this function.</summary>
    public static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);

    /// <exception cref="StartupException">The file cannot be read, is open to others or another's, or is far too large.</exception>
    public static byte[] Read(IKeyFile file)
    {
        try
        {
            using var stream = File.OpenRead(file.Path);
            if (OwnerOnlyFile.IsOpenToOthers(stream))
            {
                throw file.Fault("is open to group or others. Treat the key as seen if they are not trusted; otherwise: chmod 600.");
            }

            if (FileOwner.StrangerOf(stream) is { } owner)
            {
                throw file.Fault($"belongs to another user (uid {owner}), who can exchange it. Let it belong to this program's user or root: chown.");
            }

            if (stream.Length > MaxBytes)
            {
                throw file.Fault($"is larger than {MaxBytes} bytes: it is another file.");
            }

            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw file.Fault($"cannot be read ({exception.Message}).", exception);
        }
    }

    /// <returns>Whether it was made; an existing file is left as it is.</returns>
    /// <exception cref="StartupException">It cannot be written.</exception>
    public static bool Create(IKeyFile file, ReadOnlySpan<byte> content)
    {
        try
        {
            return OwnerOnlyFile.TryCreate(file.Path, content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw file.Fault($"cannot be written ({exception.Message}). Name a file in a folder that this user may write to.", exception);
        }
    }

    /// <summary>Takes the key over.</summary>
    /// <exception cref="StartupException">The key is of a kind or strength that is not accepted.</exception>
    public static SigningKey Accept(IKeyFile file, AsymmetricAlgorithm key)
    {
        try
        {
            return SigningKey.From(key);
        }
        catch (ArgumentException exception)
        {
            key.Dispose();
            throw file.Fault($"holds a key that is not accepted. {exception.Message} Move it away and have a new key made.", exception);
        }
    }
}
