using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>Puts a key that was made elsewhere into the store, encrypted as every key there is. What it comes from is left as it is.</summary>
internal sealed class KeyImporter(IKeyStore store, IOptions<PartnerClientOptions> options)
{
    private const int MaxBytes = 64 * 1024;

    /// <param name="file">PEM (PKCS#8, encrypted or not, PKCS#1, SEC1), PKCS#12 or a private JWK.</param>
    /// <param name="password">Of the file; null when it has none.</param>
    /// <param name="name">As the store will call it.</param>
    /// <returns>The public half, whose kid is the one to register, and the kid that the key came with, if another.</returns>
    /// <exception cref="StartupException">The file holds no key that is accepted, or the store does not take it.</exception>
    public (PublicJwk Public, string? FormerKeyId) Import(string file, IKeyPassword? password, string name)
    {
        using var imported = Read(file, password);
        var expected = PublicJwk.FromKey(imported.Key);
        if (expected.Algorithm.Name != options.Value.Algorithm)
        {
            throw new StartupException(
                $"The file '{file}' holds a key for {expected.Algorithm}, but {PartnerClientOptions.Section}:{nameof(options.Value.Algorithm)} "
                + $"is {options.Value.Algorithm}: change the setting, or import a key for it.");
        }

        if (!store.Import(name, imported.Key))
        {
            throw new StartupException(
                $"{store.Describe(name)} is there already, and is not replaced. Name another, or archive that one first.");
        }

        // What can be opened again is what counts after the next start.
        using var stored = store.Open(name);
        return stored.Public.Thumbprint == expected.Thumbprint
            ? (stored.Public, imported.KeyId == stored.Kid ? null : imported.KeyId)
            : throw new StartupException($"{store.Describe(name)} holds another key than was imported: somebody changed it meanwhile.");
    }

    private static ImportedKey Read(string file, IKeyPassword? password)
    {
        try
        {
            // A pipe, such as /dev/stdin, does not know its length.
            using var stream = File.OpenRead(file);
            var content = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length <= MaxBytes
                ? KeyImport.Read(content.AsMemory(0, length), password)
                : throw new StartupException($"The file '{file}' is larger than {MaxBytes} bytes: it is no key.");
        }
        catch (KeyFormatException exception)
        {
            throw new StartupException($"The file '{file}' {exception.Message}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The file '{file}' cannot be read ({exception.Message}).", exception);
        }
    }
}
