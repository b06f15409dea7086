using System.Numerics;
using System.Security.Cryptography;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>Assertions that are right but for their signature.</summary>
public sealed class SignatureAttacks(AttackedServer server) : AttackTests(server)
{
    private const string Invalid = "assertion_signature_invalid";
    private const int RsaBytes = 256;
    private const int EcBytes = 64;

    /// <summary>The order of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3).</summary>
    private static readonly byte[] Order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    private static readonly byte[] Zero = new byte[32];

    private static readonly byte[] One = [.. new byte[31], 1];

    private static readonly Attack[] Attacks =
    [
        Rsa("all zero", (_, _) => new byte[RsaBytes]),
        Rsa("one", (_, _) => [.. new byte[RsaBytes - 1], 1]),
        Rsa("all ones", (_, _) => [.. Enumerable.Repeat((byte)0xff, RsaBytes)]),
        Rsa("the modulus", (key, _) => key.ExportParameters(includePrivateParameters: false).Modulus!),
        Rsa("plus the modulus", (key, input) => PlusModulus(key, Pss(key, input))),
        Rsa("a byte short", (key, input) => Pss(key, input)[..^1]),
        Rsa("a zero byte before it", (key, input) => [0, .. Pss(key, input)]),
        Rsa("a zero byte after it", (key, input) => [.. Pss(key, input), 0]),
        Rsa("twice", (key, input) => [.. Pss(key, input), .. Pss(key, input)]),
        Rsa("one bit wrong", (key, input) => Flipped(Pss(key, input))),
        Rsa("PKCS#1 padding", (key, input) => key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
        Rsa("SHA-384", (key, input) => key.SignData(input, HashAlgorithmName.SHA384, RSASignaturePadding.Pss)),
        Rsa("SHA-1", (key, input) => key.SignData(input, HashAlgorithmName.SHA1, RSASignaturePadding.Pss)),
        Rsa("no salt", (key, input) => HandMadePss.Sign(key, input, saltBytes: 0)),
        Rsa("a salt of 20 bytes", (key, input) => HandMadePss.Sign(key, input, saltBytes: 20)),
        Rsa("the longest salt", (key, input) => HandMadePss.Sign(key, input, saltBytes: 222)),
        Rsa("of other text", (key, _) => Pss(key, [1, 2, 3])),
        Rsa("of the text and a dot", (key, input) => Pss(key, [.. input, (byte)'.'])),
        Rsa("one byte", (_, _) => [1]),
        Ec("all zero, the psychic signature", (_, _) => [.. Zero, .. Zero]),
        Ec("r zero", (key, input) => [.. Zero, .. Es256(key, input)[32..]]),
        Ec("s zero", (key, input) => [.. Es256(key, input)[..32], .. Zero]),
        Ec("r and s one", (_, _) => [.. One, .. One]),
        Ec("r and s the order", (_, _) => [.. Order, .. Order]),
        Ec("r the order, s one", (_, _) => [.. Order, .. One]),
        Ec("all ones", (_, _) => [.. Enumerable.Repeat((byte)0xff, EcBytes)]),
        Ec("in DER", (key, input) => key.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        Ec("a byte short", (key, input) => Es256(key, input)[..^1]),
        Ec("r and s a byte longer each", (key, input) => [0, .. Es256(key, input)[..32], 0, .. Es256(key, input)[32..]]),
        Ec("a byte after it", (key, input) => [.. Es256(key, input), 0]),
        Ec("r and s exchanged", (key, input) => [.. Es256(key, input)[32..], .. Es256(key, input)[..32]]),
        Ec("SHA-384", (key, input) => key.SignData(input, HashAlgorithmName.SHA384)),
        Ec("one bit wrong", (key, input) => Flipped(Es256(key, input))),
        Attack.With("taken from another assertion", "AS-05", Invalid, attempt => WithSignatureOf(attempt.ByA(), attempt.Server.A.Make())),
        Attack.With("none, but the dot", "AS-15", "assertion_malformed", attempt => $"{Signed(attempt.ByA())}."),
        Attack.With("none, nor the dot", "AS-15", "assertion_malformed", attempt => Signed(attempt.ByA())),
        Attack.With("with padding", "AS-15", "assertion_malformed", attempt => $"{attempt.ByA()}=="),
        Attack.OfB("in base64 of the other alphabet", "AS-15", "assertion_malformed", attempt => $"{Signed(attempt.ByB())}.{new string('+', 86)}"),
        Attack.With("with other bits after the last byte", "AS-15", "assertion_malformed", attempt => OtherTrailingBits(attempt.ByA())),
        Attack.OfB("of ES256 with other bits after the last byte", "AS-15", "assertion_malformed", attempt => OtherTrailingBits(attempt.ByB())),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Attack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_wrong_signature_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    /// <summary>Everybody can compute the second signature of ECDSA (r, n - s): it makes no second assertion out of one.</summary>
    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task The_other_signature_of_ES256_is_a_replay()
    {
        var used = string.Empty;
        await AssertRefusedAsync(
            Attack.OfB("r, n - s", "AS-10", "assertion_replayed", _ => Mirrored(used)) with
            {
                Before = async attempt =>
                {
                    used = attempt.ByB();
                    Assert.Equal(200, (await Server.SendAsync(attempt.Request(used))).Status);
                },
                Victim = null,
            });
    }

    private static Attack Rsa(string name, Func<RSA, byte[], byte[]> sign) => Attack.With(
        $"PS256: {name}", "AS-05", Invalid, attempt => attempt.ByA(sign: input => sign((RSA)attempt.Server.A.Key, input)));

    private static Attack Ec(string name, Func<ECDsa, byte[], byte[]> sign) => Attack.OfB(
        $"ES256: {name}", "AS-05", Invalid, attempt => attempt.ByB(sign: input => sign((ECDsa)attempt.Server.B.Key, input)));

    private static byte[] Pss(RSA key, byte[] input) => key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    private static byte[] Es256(ECDsa key, byte[] input) => key.SignData(input, HashAlgorithmName.SHA256);

    private static byte[] Flipped(byte[] signature) => [.. signature[..^1], (byte)(signature[^1] ^ 1)];

    /// <summary>The same number modulo n (RFC 8017 §8.1.2 demands less than n).</summary>
    private static byte[] PlusModulus(RSA key, byte[] signature) =>
        (Number(signature) + Number(key.ExportParameters(includePrivateParameters: false).Modulus!)).ToByteArray(isUnsigned: true, isBigEndian: true);

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static string Signed(string assertion) => assertion[..assertion.LastIndexOf('.')];

    private static string WithSignatureOf(string assertion, string other) => Signed(assertion) + other[other.LastIndexOf('.')..];

    /// <summary>The last character holds four bits that mean nothing, zero in the one right spelling (RFC 4648 §3.5).</summary>
    private static string OtherTrailingBits(string assertion) => assertion[..^1] + (char)(assertion[^1] + 1);

    private static string Mirrored(string assertion)
    {
        var signature = System.Buffers.Text.Base64Url.DecodeFromChars(assertion.Split('.')[2]);
        var mirrored = (Number(Order) - Number(signature[32..])).ToByteArray(isUnsigned: true, isBigEndian: true);
        return $"{Signed(assertion)}.{System.Buffers.Text.Base64Url.EncodeToString([.. signature[..32], .. new byte[32 - mirrored.Length], .. mirrored])}";
    }
}
