using System.Security.Cryptography;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>An RSA key in a token, for PS256 alone (RFC 7518 §3.5): PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.</summary>
internal sealed class TokenRsa : RSA
{
    private readonly TokenKeys _keys;
    private readonly TokenKeyAddress _address;
    private readonly RSA _public;

    public TokenRsa(TokenKeys keys, TokenKeyAddress address, RSAParameters publicHalf)
    {
        _keys = keys;
        _address = address;
        _public = Create(publicHalf);
        LegalKeySizesValue = [new KeySizes(_public.KeySize, _public.KeySize, 0)];
        KeySizeValue = _public.KeySize;
    }

    /// <exception cref="CryptographicException">The private half was asked for: nobody has it but the token.</exception>
    public override RSAParameters ExportParameters(bool includePrivateParameters) => includePrivateParameters
        ? throw new CryptographicException("The private key is in a token and cannot be exported.")
        : _public.ExportParameters(includePrivateParameters: false);

    public override void ImportParameters(RSAParameters parameters) =>
        throw new NotSupportedException("A key in a token is made there.");

    public override byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)
    {
        Demand(hash, hashAlgorithm, padding);
        return _keys.Sign(_address, CreateMechanism, hash);
    }

    public override bool VerifyHash(byte[] hash, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding) =>
        _public.VerifyHash(hash, signature, hashAlgorithm, padding);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _public.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>One key, one way of signing: a signature by another padding would weaken this one (RFC 8017 §10).</summary>
    private static void Demand(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)
    {
        if (hashAlgorithm != HashAlgorithmName.SHA256 || padding != RSASignaturePadding.Pss || hash.Length != SHA256.HashSizeInBytes)
        {
            throw new CryptographicException("This key signs SHA-256 hashes with PSS, as PS256 demands, and nothing else.");
        }
    }

    private static IMechanism CreateMechanism() => TokenLibrary.Factories.MechanismFactory.Create(
        CKM.CKM_RSA_PKCS_PSS,
        TokenLibrary.Factories.MechanismParamsFactory.CreateCkRsaPkcsPssParams(
            (ulong)CKM.CKM_SHA256, (ulong)CKG.CKG_MGF1_SHA256, SHA256.HashSizeInBytes));
}
