using System.Security.Cryptography;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>An EC key on P-256 in a token, for ES256 (RFC 7518 §3.4): the signature is R and S of 32 bytes each, as the token gives it.</summary>
internal sealed class TokenEcdsa : ECDsa
{
    private readonly TokenKeys _keys;
    private readonly TokenKeyAddress _address;
    private readonly ECDsa _public;

    public TokenEcdsa(TokenKeys keys, TokenKeyAddress address, ECParameters publicHalf)
    {
        _keys = keys;
        _address = address;
        _public = Create(publicHalf);
        LegalKeySizesValue = [new KeySizes(_public.KeySize, _public.KeySize, 0)];
        KeySizeValue = _public.KeySize;
    }

    /// <exception cref="CryptographicException">The private half was asked for: nobody has it but the token.</exception>
    public override ECParameters ExportParameters(bool includePrivateParameters) => includePrivateParameters
        ? throw new CryptographicException("The private key is in a token and cannot be exported.")
        : _public.ExportParameters(includePrivateParameters: false);

    public override void ImportParameters(ECParameters parameters) =>
        throw new NotSupportedException("A key in a token is made there.");

    public override byte[] SignHash(byte[] hash) => hash.Length == SHA256.HashSizeInBytes
        ? _keys.Sign(_address, CreateMechanism, hash)
        : throw new CryptographicException("This key signs SHA-256 hashes, as ES256 demands, and nothing else.");

    public override bool VerifyHash(byte[] hash, byte[] signature) => _public.VerifyHash(hash, signature);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _public.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IMechanism CreateMechanism() => TokenLibrary.Factories.MechanismFactory.Create(CKM.CKM_ECDSA);
}
