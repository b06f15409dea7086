using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.Hosting.Tokens;
using B2BAssertions.Jose;
using B2BAssertions.Pkcs11Keys;

using Microsoft.Extensions.Time.Testing;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

using Xunit;

namespace B2BAssertions.IntegrationTests.Pkcs11KeysTests;

/// <summary>A key in a token signs what a key in a file signs, and never leaves the token.</summary>
[Trait("Rule", "PC-03")]
public sealed class TokenKeyTests : IDisposable
{
    private const string Label = "partner-key";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));
    private readonly SoftHsmToken _token = SoftHsm.NewToken().WithPin();
    private readonly TokenKeys _keys;

    public TokenKeyTests() => _keys = new TokenKeys(_token.Settings);

    public static TheoryData<string> Algorithms => [.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)];

    public void Dispose() => _keys.Dispose();

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_JWT_that_the_token_signed_is_verified_by_the_public_half(string algorithm)
    {
        using var key = SigningKey.From(New(algorithm));

        var compact = key.CreateJwt("some+jwt", "partner-a", "https://audience.example.test", TimeSpan.FromSeconds(60), _time);

        // The check takes a salt of 32 bytes alone (RFC 7518 §3.5), and R and S side by side (§3.4).
        Assert.True(JwsSignature.IsValid(compact, key.Public));
        Assert.Equal(algorithm, key.Public.Algorithm.Name);
        Assert.False(JwsSignature.IsValid(compact[..^8] + "AAAAAAAA", key.Public));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void The_private_half_cannot_be_exported(string algorithm)
    {
        using var key = New(algorithm);

        Assert.Throws<CryptographicException>(() => key is RSA rsa
            ? (object)rsa.ExportParameters(includePrivateParameters: true)
            : ((ECDsa)key).ExportParameters(includePrivateParameters: true));
        Assert.ThrowsAny<Exception>(key.ExportPkcs8PrivateKey);
        Assert.ThrowsAny<Exception>(key.ExportPkcs8PrivateKeyPem);
        Assert.StartsWith("-----BEGIN PUBLIC KEY-----", key.ExportSubjectPublicKeyInfoPem(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PS256", CKA.CKA_PRIVATE_EXPONENT, CKA.CKA_PRIME_1)]
    [InlineData("ES256", CKA.CKA_VALUE, CKA.CKA_VALUE)]
    public void The_token_gives_the_private_half_to_nobody_and_never_has(string algorithm, CKA secret, CKA another)
    {
        New(algorithm).Dispose();

        _token.As(session =>
        {
            var key = PrivateKey(session);
            bool[] flags = [.. session.GetAttributeValue(key, new List<CKA>
            {
                CKA.CKA_SENSITIVE, CKA.CKA_ALWAYS_SENSITIVE, CKA.CKA_NEVER_EXTRACTABLE, CKA.CKA_LOCAL, CKA.CKA_PRIVATE, CKA.CKA_TOKEN,
                CKA.CKA_SIGN, CKA.CKA_EXTRACTABLE, CKA.CKA_DECRYPT, CKA.CKA_UNWRAP,
            }).Select(attribute => attribute.GetValueAsBool())];
            Assert.Equal([true, true, true, true, true, true, true, false, false, false], flags);
            Assert.All(session.GetAttributeValue(key, new List<CKA> { secret, another }), attribute => Assert.True(attribute.CannotBeRead));
            return 0;
        });
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void The_token_does_not_wrap_the_private_half_either(string algorithm)
    {
        New(algorithm).Dispose();

        var exception = _token.As(session =>
        {
            var attributes = TokenLibrary.Factories.ObjectAttributeFactory;
            var mechanisms = TokenLibrary.Factories.MechanismFactory;
            var wrapping = session.GenerateKey(
                mechanisms.Create(CKM.CKM_AES_KEY_GEN),
                [attributes.Create(CKA.CKA_WRAP, true), attributes.Create(CKA.CKA_VALUE_LEN, 32UL), attributes.Create(CKA.CKA_TOKEN, false)]);
            return Assert.Throws<Pkcs11Exception>(
                () => session.WrapKey(mechanisms.Create(CKM.CKM_AES_KEY_WRAP_PAD), wrapping, PrivateKey(session)));
        });

        Assert.Equal(CKR.CKR_KEY_UNEXTRACTABLE, exception.RV);
    }

    [Fact]
    public void An_RSA_key_signs_PS256_and_nothing_else()
    {
        using var key = (RSA)New("PS256");
        var data = new byte[100];

        Assert.Throws<CryptographicException>(() => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Throws<CryptographicException>(() => key.SignData(data, HashAlgorithmName.SHA512, RSASignaturePadding.Pss));
        Assert.Throws<CryptographicException>(() => key.SignHash(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        Assert.ThrowsAny<Exception>(() => key.Decrypt(new byte[256], RSAEncryptionPadding.OaepSHA256));
    }

    [Fact]
    public void An_EC_key_signs_hashes_of_32_bytes_and_nothing_else()
    {
        using var key = (ECDsa)New("ES256");

        Assert.Throws<CryptographicException>(() => key.SignHash(new byte[20]));
        Assert.Throws<CryptographicException>(() => key.SignData(new byte[20], HashAlgorithmName.SHA512));
    }

    [Fact]
    public void An_existing_key_is_left_as_it_is()
    {
        using var first = SigningKey.From(New("ES256"));

        Assert.False(_keys.CreateIfMissing(Label, SigningAlgorithm.ES256, 2048));

        using var same = SigningKey.From(_keys.Open(Label, SigningAlgorithm.ES256));
        Assert.Equal(first.Kid, same.Kid);
    }

    [Fact]
    public void A_renamed_key_is_found_by_its_new_name_alone_and_a_destroyed_one_by_none()
    {
        using var key = SigningKey.From(New("ES256"));

        _keys.Rename(Label, "archived");

        Assert.False(_keys.Exists(Label));
        using (var same = SigningKey.From(_keys.Open("archived", SigningAlgorithm.ES256)))
        {
            Assert.Equal(key.Kid, same.Kid);
        }

        _keys.Destroy("archived");
        _keys.Destroy("archived");

        Assert.False(_keys.Exists("archived"));
        Assert.Empty(_token.As(session => session.FindAllObjects([])));
    }

    [Fact]
    public void A_key_is_never_renamed_over_another()
    {
        New("ES256").Dispose();
        _keys.CreateIfMissing("other", SigningAlgorithm.ES256, 2048);

        Assert.Contains("'other'", Assert.Throws<TokenException>(() => _keys.Rename(Label, "other")).Message, StringComparison.Ordinal);
        Assert.True(_keys.Exists(Label));
    }

    private static IObjectHandle PrivateKey(ISession session) => Assert.Single(
        session.FindAllObjects([TokenLibrary.Factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY)]));

    private AsymmetricAlgorithm New(string algorithm)
    {
        Assert.True(_keys.CreateIfMissing(Label, SigningAlgorithm.Parse(algorithm), rsaBits: 2048));
        return _keys.Open(Label, SigningAlgorithm.Parse(algorithm));
    }
}
