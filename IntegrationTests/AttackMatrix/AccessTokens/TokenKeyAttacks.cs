using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix.AccessTokens;

/// <summary>Access tokens that were not signed by a key of the issuer with the algorithm of that key.</summary>
public sealed class TokenKeyAttacks(AttackedApi api) : TokenAttackTests(api)
{
    private static readonly string[] OtherAlgorithms =
        ["none", "None", "NONE", "nOnE", "", "es256", "ES256 ", "HS256", "RS256", "RS384", "RS512", "PS384", "PS512", "ES384", "ES512", "ES256K", "EdDSA",
            "Ed25519"];

    private static readonly string[] UnknownKeyIds =
    [
        "unknown", "../../../../dev/null", "file:///dev/null", "x' OR '1'='1", "'; DROP TABLE \"Orders\"; --", "$(id)", "{{7*7}}", "kid\r\nInformation: forged",
        "kid\0", "\u202ekid", new string('k', 4000),
    ];

    private static readonly byte[] Zero = new byte[32];

    private static readonly TokenAttack[] Attacks =
    [
        .. OtherAlgorithms.Select(alg => TokenAttack.With($"alg \"{alg}\"", "algorithm", attempt => attempt.Es256(header => header["alg"] = alg))),
        .. OtherAlgorithms.Select(alg => TokenAttack.With(
            $"alg \"{alg}\" without a signature", "algorithm", attempt => attempt.Es256(header => header["alg"] = alg, sign: _ => []))),
        TokenAttack.With("no alg", "algorithm", attempt => attempt.Es256(header => header.Remove("alg"))),
        .. PublicKeys().Select(secret => TokenAttack.With(
            $"HS256 with the public key as secret: {secret.Name}",
            "algorithm",
            attempt => attempt.Es256(header => header["alg"] = "HS256", sign: input => HMACSHA256.HashData(secret.Secret(attempt.Api), input)))),
        Rsa("RS256 by the right key", "RS256", (key, input) => key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
        Rsa("PS384 by the right key", "PS384", (key, input) => key.SignData(input, HashAlgorithmName.SHA384, RSASignaturePadding.Pss)),
        Signature("all zero, the psychic signature", (_, _) => [.. Zero, .. Zero]),
        Signature("r zero", (key, input) => [.. Zero, .. Sign(key, input)[32..]]),
        Signature("all ones", (_, _) => [.. Enumerable.Repeat((byte)0xff, 64)]),
        Signature("in DER", (key, input) => key.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        Signature("a byte short", (key, input) => Sign(key, input)[..^1]),
        Signature("a byte long", (key, input) => [.. Sign(key, input), 0]),
        Signature("of other text", (key, _) => Sign(key, [1, 2, 3])),
        Signature("one bit wrong", (key, input) => [.. Sign(key, input)[..^1], (byte)(Sign(key, input)[^1] ^ 1)]),
        TokenAttack.With("PS256 with PKCS#1 padding", "signature", attempt => attempt.Ps256(
            sign: input => attempt.Api.System.Issuer.RsaKey.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))),
        TokenAttack.With("PS256 without salt", "signature", attempt => attempt.Ps256(
            sign: input => HandMadePss.Sign(attempt.Api.System.Issuer.RsaKey, input, saltBytes: 0))),
        TokenAttack.With("PS256 with the longest salt", "signature", attempt => attempt.Ps256(
            sign: input => HandMadePss.Sign(attempt.Api.System.Issuer.RsaKey, input, saltBytes: 222))),
        TokenAttack.With("no signature", "form", attempt => attempt.Es256(sign: _ => [])),
        TokenAttack.With("no kid", "key", attempt => attempt.Es256(header => header.Remove("kid"))),
        TokenAttack.With("empty kid", "key", attempt => attempt.Es256(header => header["kid"] = string.Empty)),
        .. UnknownKeyIds.Select((kid, index) => TokenAttack.With($"unknown kid {index}", "key", attempt => attempt.Es256(header => header["kid"] = kid))),
        TokenAttack.With("kid of the other kind of key", "key", attempt => attempt.Es256(
            header => header["kid"] = PublicJwk.FromKey(attempt.Api.System.Issuer.RsaKey).KeyId)),
        TokenAttack.With("kid in another case", "key", attempt => attempt.Es256(header => header["kid"] = ((string)header["kid"]!).ToUpperInvariant())),
        .. Pointers("jku", api => $"{api.AttackersServer.Address}/jwks"),
        .. Pointers("x5u", api => $"{api.AttackersServer.Address}/certificate"),
        .. Pointers("jwk", api => PublicJwk.FromKey(api.AttackersServer.Key).ToJson()),
        .. Pointers("x5c", api => new JsonArray(Convert.ToBase64String(api.AttackersServer.Certificate.RawData))),
        TokenAttack.With("of a foreign issuer, under its own kid", "key", attempt => OfForeign(attempt, claims => { })),
        TokenAttack.With("of a foreign issuer, in its own name", "issuer", attempt => OfForeign(
            attempt, claims => claims["iss"] = attempt.Api.Foreign.Address)),
        TokenAttack.With("of a foreign issuer, under the right kid", "signature", attempt => attempt.Es256(
            sign: input => attempt.Api.Foreign.EcKey.SignData(input, HashAlgorithmName.SHA256))),
        TokenAttack.With("signed by the partner itself", "key", attempt => attempt.Ps256(
            header => header["kid"] = attempt.Api.Partner.KeyId, sign: attempt.Api.Partner.SignWithKey)),
        TokenAttack.With("signed by the partner itself, under the right kid", "signature", attempt => attempt.Ps256(sign: attempt.Api.Partner.SignWithKey)),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => TokenAttack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_token_that_the_issuer_did_not_sign_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    /// <summary>ECDSA has a second signature for every text (r, n - s); nothing here takes a token for used, so it is worth no more.</summary>
    [Fact]
    [Trait("Rule", "RS-02")]
    public Task The_other_signature_of_ES256_is_one_of_the_same_text() => AssertAcceptedAsync(attempt => attempt.Es256(sign: input =>
    {
        var order = new BigInteger(
            Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);
        var signature = Sign(attempt.Api.System.Issuer.EcKey, input);
        var mirrored = (order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. signature[..32], .. new byte[32 - mirrored.Length], .. mirrored];
    }));

    private static IEnumerable<(string Name, Func<AttackedApi, byte[]> Secret)> PublicKeys() =>
    [
        ("EC PEM", api => Encoding.UTF8.GetBytes(api.System.Issuer.EcKey.ExportSubjectPublicKeyInfoPem())),
        ("EC DER", api => api.System.Issuer.EcKey.ExportSubjectPublicKeyInfo()),
        ("EC JWK", api => Encoding.UTF8.GetBytes(PublicJwk.FromKey(api.System.Issuer.EcKey).ToJson().ToJsonString())),
        ("RSA PEM", api => Encoding.UTF8.GetBytes(api.System.Issuer.RsaKey.ExportSubjectPublicKeyInfoPem())),
        ("RSA DER", api => api.System.Issuer.RsaKey.ExportSubjectPublicKeyInfo()),
        ("JWK Set", api => Encoding.UTF8.GetBytes(new JwkSet(api.System.Issuer.Published).ToJson().ToJsonString())),
        ("empty secret", _ => []),
    ];

    private static TokenAttack Rsa(string name, string alg, Func<RSA, byte[], byte[]> sign) => TokenAttack.With(
        name, "algorithm", attempt => attempt.Ps256(header => header["alg"] = alg, sign: input => sign(attempt.Api.System.Issuer.RsaKey, input)));

    private static TokenAttack Signature(string name, Func<ECDsa, byte[], byte[]> sign) => TokenAttack.With(
        $"signature {name}", "signature", attempt => attempt.Es256(sign: input => sign(attempt.Api.System.Issuer.EcKey, input)));

    /// <summary>The attacker's key signs, once under its own kid and once under the issuer's; the attacker's server has it under both.</summary>
    private static IEnumerable<TokenAttack> Pointers(string member, Func<AttackedApi, JsonNode> value) =>
    [
        TokenAttack.With($"{member} and the attacker's kid", "key", attempt => attempt.Ps256(
            header => (header[member], header["kid"]) = (value(attempt.Api), attempt.Api.Partner.KeyId), sign: attempt.Api.Partner.SignWithKey)),
        TokenAttack.With($"{member} and the issuer's kid", "signature", attempt => attempt.Ps256(
            header => header[member] = value(attempt.Api), sign: attempt.Api.Partner.SignWithKey)),
    ];

    private static string OfForeign(TokenAttempt attempt, Action<JsonObject> claims) => attempt.Es256(
        header => header["kid"] = PublicJwk.FromKey(attempt.Api.Foreign.EcKey).KeyId,
        claims,
        input => attempt.Api.Foreign.EcKey.SignData(input, HashAlgorithmName.SHA256));

    private static byte[] Sign(ECDsa key, byte[] input) => key.SignData(input, HashAlgorithmName.SHA256);
}
