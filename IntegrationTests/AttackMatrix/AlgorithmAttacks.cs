using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>Assertions whose <c>alg</c> is another than the client's list allows, each with the signature that such an alg would have.</summary>
public sealed class AlgorithmAttacks(AttackedServer server) : AttackTests(server)
{
    private const string NotAllowed = "assertion_algorithm_not_allowed";

    private static readonly string[] SpellingsOfNone = ["none", "None", "NONE", "nOnE"];

    private static readonly JsonNode?[] NoAlgorithms =
    [
        null, "", " ", "PS256 ", " PS256", "ps256", "Ps256", "PS256\0", "PS256,ES256", "RSA-PSS", "HS256", "dir", "RSA-OAEP", "EdDSA", "Ed25519", "ES256K",
        256, true, new JsonArray("PS256"), new JsonObject { ["alg"] = "PS256" },
    ];

    private static readonly Attack[] Attacks =
    [
        .. SpellingsOfNone.Select(none => Attack.With(
            $"alg {none} with a right signature", "AS-03", NotAllowed, attempt => attempt.ByA(header => header["alg"] = none))),
        .. SpellingsOfNone.Select(none => Attack.With(
            $"alg {none} without a signature", "AS-15", "assertion_malformed", attempt => attempt.ByA(header => header["alg"] = none, sign: _ => []))),
        .. SpellingsOfNone.Select(none => Attack.With(
            $"alg {none} with a signature of one byte", "AS-03", NotAllowed, attempt => attempt.ByA(header => header["alg"] = none, sign: _ => [0]))),
        Attack.With("no alg", "AS-03", NotAllowed, attempt => attempt.ByA(header => header.Remove("alg"))),
        .. NoAlgorithms.Select(alg => Attack.With(
            $"alg is {alg?.ToJsonString() ?? "null"}", "AS-03", NotAllowed, attempt => attempt.ByA(header => header["alg"] = alg?.DeepClone()))),
        .. PublicKeysOfA().Select(secret => Hmac("HS256", secret.Name, secret.Secret, HMACSHA256.HashData)),
        .. PublicKeysOfA().Select(secret => Hmac("HS384", secret.Name, secret.Secret, HMACSHA384.HashData)),
        .. PublicKeysOfA().Select(secret => Hmac("HS512", secret.Name, secret.Secret, HMACSHA512.HashData)),
        Attack.OfB("HS256 with the public EC key in DER as secret", "AS-03", NotAllowed, attempt => attempt.ByB(
            header => header["alg"] = "HS256",
            sign: input => HMACSHA256.HashData(attempt.Server.B.Key.ExportSubjectPublicKeyInfo(), input))),
        Attack.OfB("HS256 with the public EC key as a JWK as secret", "AS-03", NotAllowed, attempt => attempt.ByB(
            header => header["alg"] = "HS256",
            sign: input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(attempt.Server.B.PublicJson().GetRawText()), input))),
        OfRsa("RS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        OfRsa("RS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        OfRsa("RS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        OfRsa("RS1", HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1),
        OfRsa("PS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pss),
        OfRsa("PS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pss),
        OfEc("ES384", HashAlgorithmName.SHA384),
        OfEc("ES512", HashAlgorithmName.SHA512),
        Attack.With("ES256 by a client that may use PS256 alone", "AS-03", NotAllowed, attempt => attempt.By(
            attempt.Server.A, header => header["alg"] = "ES256", sign: attempt.Server.B.SignWithKey)),
        Attack.OfB("PS256 by a client that may use ES256 alone", "AS-03", NotAllowed, attempt => attempt.ByB(
            header => header["alg"] = "PS256", sign: attempt.Server.A.SignWithKey)),
        Attack.With("PS256 under the kid of an EC key", "AS-05", "key_unknown", attempt => attempt.By(
            attempt.Server.One, header => (header["alg"], header["kid"]) = ("PS256", AttackedServer.SharedKeyId), sign: attempt.Server.A.SignWithKey)),
        Attack.With("ES256 under the kid of an RSA key", "AS-05", "key_unknown", attempt => attempt.By(
            attempt.Server.Other, header => (header["alg"], header["kid"]) = ("ES256", AttackedServer.SharedKeyId), sign: attempt.Server.B.SignWithKey)),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Attack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task An_algorithm_that_is_not_allowed_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    /// <summary>Every form in which a server may hold the public key that a careless library would take for the secret.</summary>
    private static IEnumerable<(string Name, Func<AttackedServer, byte[]> Secret)> PublicKeysOfA() =>
    [
        ("PEM", server => Encoding.UTF8.GetBytes(server.A.Key.ExportSubjectPublicKeyInfoPem())),
        ("PEM and a line feed", server => Encoding.UTF8.GetBytes(server.A.Key.ExportSubjectPublicKeyInfoPem() + "\n")),
        ("PKCS#1 PEM", server => Encoding.UTF8.GetBytes(((RSA)server.A.Key).ExportRSAPublicKeyPem())),
        ("DER", server => server.A.Key.ExportSubjectPublicKeyInfo()),
        ("PKCS#1 DER", server => ((RSA)server.A.Key).ExportRSAPublicKey()),
        ("modulus", server => ((RSA)server.A.Key).ExportParameters(includePrivateParameters: false).Modulus!),
        ("JWK", server => Encoding.UTF8.GetBytes(server.A.PublicJson().GetRawText())),
        ("JWK Set", server => Encoding.UTF8.GetBytes(server.A.Set())),
        ("empty secret", _ => []),
    ];

    private static Attack Hmac(string alg, string name, Func<AttackedServer, byte[]> secret, Func<byte[], byte[], byte[]> hash) => Attack.With(
        $"{alg} with the public key as secret: {name}",
        "AS-03",
        NotAllowed,
        attempt => attempt.ByA(header => header["alg"] = alg, sign: input => hash(secret(attempt.Server), input)));

    private static Attack OfRsa(string alg, HashAlgorithmName hash, RSASignaturePadding padding) => Attack.With(
        $"{alg} with the right key",
        "AS-03",
        NotAllowed,
        attempt => attempt.ByA(header => header["alg"] = alg, sign: input => ((RSA)attempt.Server.A.Key).SignData(input, hash, padding)));

    private static Attack OfEc(string alg, HashAlgorithmName hash) => Attack.OfB(
        $"{alg} with the right key",
        "AS-03",
        NotAllowed,
        attempt => attempt.ByB(header => header["alg"] = alg, sign: input => ((ECDsa)attempt.Server.B.Key).SignData(input, hash)));
}
