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
    private static byte[] Read(IKeyFile file)
    {
        try
        {
            using var stream = File.OpenRead(file.Path);
            if (OwnerOnlyFile.ReadersOf(stream) == OtherReaders.Others)
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

    /// <summary>The key in the file.</summary>
    /// <param name="read">The file's format.</param>
    /// <exception cref="StartupException">The file cannot be used, or its key is of a kind or strength that is not accepted.</exception>
    public static SigningKey Open(IKeyFile file, Func<ReadOnlyMemory<byte>, AsymmetricAlgorithm> read)
    {
        var content = Read(file);
        try
        {
            return Accept(file, read(content));
        }
        catch (KeyFormatException exception)
        {
            throw file.Fault($"{exception.Message}.", exception);
        }
        catch (Exception exception) when (KeyImport.IsFaultOfContent(exception))
        {
            throw file.Fault("is damaged. Restore it from a copy.", exception);
        }
    }

    /// <summary>False of a file that cannot be asked: who opens it will say so.</summary>
    public static bool IsOpenToOwnGroup(IKeyFile file)
    {
        try
        {
            using var stream = File.OpenRead(file.Path);
            return OwnerOnlyFile.ReadersOf(stream) == OtherReaders.OwnGroup;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static SigningKey Accept(IKeyFile file, AsymmetricAlgorithm key)
    {
        try
        {
            return SigningKey.From(key);
        }
        catch (ArgumentException exception)
        {
            key.Dispose();
            throw file.Fault(
                $"holds a key that is not accepted. {KeyImport.Sentence(exception)}. Move it away and have a new key made.", exception);
        }
    }
}
