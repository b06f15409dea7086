using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace B2BAssertions.KeyFiles;

/// <summary>PKCS#8 (RFC 5958) of either kind of key; which it is stands inside.</summary>
internal static class Pkcs8Content
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string EllipticCurve = "1.2.840.10045.2.1";

    /// <param name="origin">Where the password comes from, for the sentence about a wrong one.</param>
    /// <exception cref="KeyFormatException">It cannot be opened, or is of another kind.</exception>
    public static AsymmetricAlgorithm ReadEncrypted(ReadOnlyMemory<byte> content, string password, string origin)
    {
        WorkFactor.Demand(content);
        try
        {
            return Import(Pkcs8PrivateKeyInfo.DecryptAndDecode(password, content, out _));
        }
        catch (CryptographicException exception)
        {
            throw new KeyFormatException(
                $"cannot be opened with the password from {origin}: the password is wrong or the file is damaged", exception);
        }
    }

    /// <exception cref="KeyFormatException">It is damaged, or of another kind.</exception>
    public static AsymmetricAlgorithm Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            return Import(Pkcs8PrivateKeyInfo.Decode(content, out _));
        }
        catch (CryptographicException exception)
        {
            throw new KeyFormatException("holds a private key that is damaged", exception);
        }
    }

    private static AsymmetricAlgorithm Import(Pkcs8PrivateKeyInfo info)
    {
        AsymmetricAlgorithm key = info.AlgorithmId.Value switch
        {
            Rsa => RSA.Create(),
            EllipticCurve => ECDsa.Create(),
            var other => throw new KeyFormatException(
                $"holds a key of the kind {info.AlgorithmId.FriendlyName ?? other}: expected an RSA key or an EC key on P-256"),
        };
        try
        {
            key.ImportPkcs8PrivateKey(info.Encode(), out _);
            return key;
        }
        catch (CryptographicException exception)
        {
            key.Dispose();
            throw new KeyFormatException("holds a private key that is damaged or not of an accepted kind", exception);
        }
    }
}
