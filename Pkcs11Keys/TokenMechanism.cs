using System.Security.Cryptography;

using B2BAssertions.Jose;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Net.Pkcs11Interop.HighLevelAPI.Factories;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>How a token makes keys and signatures of one algorithm.</summary>
/// <param name="Generation">The mechanism that makes a pair.</param>
/// <param name="Signature">The mechanism that signs a hash.</param>
internal abstract record TokenMechanism(CKM Generation, CKM Signature)
{
    private const int IdBytes = 16;

    /// <summary>The OID of P-256 in DER.</summary>
    public static readonly byte[] P256 = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    public static TokenMechanism Of(SigningAlgorithm algorithm) =>
        algorithm == SigningAlgorithm.ES256 ? new EllipticCurve() : new Rsa();

    public static bool SignsAsExpected(AsymmetricAlgorithm key)
    {
        var probe = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
        return key switch
        {
            RSA rsa => rsa.VerifyHash(
                probe,
                rsa.SignHash(probe, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pss),
            ECDsa ecdsa => ecdsa.VerifyHash(probe, ecdsa.SignHash(probe)),
            _ => false,
        };
    }

    public abstract AsymmetricAlgorithm Open(TokenKeys keys, TokenKeyReader reader);

    public void Generate(ISession session, string label, int rsaBits)
    {
        var attributes = TokenLibrary.Factories.ObjectAttributeFactory;
        var id = RandomNumberGenerator.GetBytes(IdBytes);
        List<IObjectAttribute> publicHalf =
        [
            attributes.Create(CKA.CKA_TOKEN, true),
            attributes.Create(CKA.CKA_LABEL, label),
            attributes.Create(CKA.CKA_ID, id),

            // Without CKA_VERIFY: nobody verifies in the token, and tpm2-pkcs11 refuses it beside a private half that does not decrypt.
            .. Parameters(attributes, rsaBits),
        ];
        List<IObjectAttribute> privateHalf =
        [
            attributes.Create(CKA.CKA_TOKEN, true),
            attributes.Create(CKA.CKA_PRIVATE, true),
            attributes.Create(CKA.CKA_SENSITIVE, true),
            attributes.Create(CKA.CKA_EXTRACTABLE, false),
            attributes.Create(CKA.CKA_LABEL, label),
            attributes.Create(CKA.CKA_ID, id),
            attributes.Create(CKA.CKA_SIGN, true),
            attributes.Create(CKA.CKA_DECRYPT, false),
            attributes.Create(CKA.CKA_UNWRAP, false),
        ];
        try
        {
            using var mechanism = TokenLibrary.Factories.MechanismFactory.Create(Generation);
            session.GenerateKeyPair(mechanism, publicHalf, privateHalf, out _, out _);
        }
        finally
        {
            publicHalf.ForEach(attribute => attribute.Dispose());
            privateHalf.ForEach(attribute => attribute.Dispose());
        }
    }

    protected abstract IEnumerable<IObjectAttribute> Parameters(
        IObjectAttributeFactory attributes, int rsaBits);

    private sealed record Rsa() : TokenMechanism(CKM.CKM_RSA_PKCS_KEY_PAIR_GEN, CKM.CKM_RSA_PKCS_PSS)
    {
        /// <summary>65537, NIST SP 800-56B §6.2.</summary>
        private static readonly byte[] PublicExponent = [1, 0, 1];

        public override AsymmetricAlgorithm Open(TokenKeys keys, TokenKeyReader reader)
        {
            reader.Demand(CKK.CKK_RSA, SigningAlgorithm.PS256.Name);
            return new TokenRsa(keys, reader.Address, reader.ReadRsa());
        }

        protected override IEnumerable<IObjectAttribute> Parameters(
            IObjectAttributeFactory attributes, int rsaBits) =>
        [
            attributes.Create(CKA.CKA_MODULUS_BITS, (ulong)rsaBits),
            attributes.Create(CKA.CKA_PUBLIC_EXPONENT, PublicExponent),
        ];
    }

    private sealed record EllipticCurve() : TokenMechanism(CKM.CKM_EC_KEY_PAIR_GEN, CKM.CKM_ECDSA)
    {
        public override AsymmetricAlgorithm Open(TokenKeys keys, TokenKeyReader reader)
        {
            reader.Demand(CKK.CKK_EC, SigningAlgorithm.ES256.Name);
            return new TokenEcdsa(keys, reader.Address, reader.ReadEc());
        }

        protected override IEnumerable<IObjectAttribute> Parameters(
            IObjectAttributeFactory attributes, int rsaBits) =>
            [attributes.Create(CKA.CKA_EC_PARAMS, P256)];
    }
}
