using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;

namespace B2BAssertions.KeyFiles;

/// <summary>A private key as a JWK (RFC 7518 §6.2.2, §6.3.2): read for import, never written.</summary>
internal static class PrivateJwk
{
    private static readonly string[] RsaPrivateMembers = ["d", "p", "q", "dp", "dq", "qi"];
    private static readonly string[] EcPrivateMembers = ["d"];

    /// <summary>Members of a private key, and what it may do with them.</summary>
    private static readonly string[] NotPublic = [.. RsaPrivateMembers, "oth", "key_ops"];

    /// <exception cref="KeyFormatException">It is no sound private JWK of an accepted kind.</exception>
    public static ImportedKey Read(ReadOnlyMemory<byte> utf8Json)
    {
        if (!StrictJson.TryParse(utf8Json, out var element) || element.ValueKind != JsonValueKind.Object)
        {
            throw new KeyFormatException("begins as JSON but is no sound JSON object: expected one private JWK");
        }

        if (element.TryGetProperty("keys", out _))
        {
            throw new KeyFormatException("holds a JWK Set: expected one private JWK. Save the key to sign with alone");
        }

        var keyType = element.GetOptionalString("kty");
        if (SigningAlgorithm.All.All(algorithm => algorithm.KeyType != keyType))
        {
            throw new KeyFormatException($"holds a JWK of the kty '{ForeignText.Shown(keyType ?? "")}': expected a private RSA or EC key");
        }

        var privateMembers = keyType == SigningAlgorithm.ES256.KeyType ? EcPrivateMembers : RsaPrivateMembers;
        CheckPrimes(element, keyType);
        CheckOperations(element);
        CheckPublicHalf(element);
        return new ImportedKey(Import(element, privateMembers), element.GetOptionalString("kid"));
    }

    /// <summary>RFC 7518 §6.3.2.7. An empty list says nothing, though .NET writes one; in an EC key the name means nothing.</summary>
    private static void CheckPrimes(JsonElement element, string? keyType)
    {
        if (keyType == SigningAlgorithm.PS256.KeyType && element.TryGetProperty("oth", out var primes) && !primes.IsEmptyArray())
        {
            throw new KeyFormatException("holds an RSA key of more than two primes ('oth'), which is not accepted: have a new one made");
        }
    }

    /// <summary>RFC 7517 §4.3. The registry publishes the public half without them.</summary>
    private static void CheckOperations(JsonElement element)
    {
        if (element.TryGetProperty("key_ops", out var operations)
            && !operations.IsEmptyArray()
            && !(operations.ValueKind == JsonValueKind.Array && operations.EnumerateArray().Any(IsToSign)))
        {
            throw new KeyFormatException("holds a JWK whose key_ops do not have 'sign': it is for something else");
        }

        static bool IsToSign(JsonElement operation) => operation.ValueKind == JsonValueKind.String && operation.GetString() == "sign";
    }

    /// <summary>Kind, strength, alg and use: as the registry will check them.</summary>
    private static void CheckPublicHalf(JsonElement element)
    {
        var publicHalf = JsonObject.Create(element)!;
        foreach (var name in NotPublic)
        {
            publicHalf.Remove(name);
        }

        if (!PublicJwk.TryParse(publicHalf.ToJsonString(), out _, out var fault))
        {
            throw new KeyFormatException($"holds a JWK that is not accepted: {fault.Message.TrimEnd('.')}");
        }
    }

    private static AsymmetricAlgorithm Import(JsonElement element, string[] privateMembers)
    {
        byte[] Member(string name) => StrictBase64Url.TryDecode(element.GetOptionalString(name), out var bytes)
            ? bytes
            : throw new KeyFormatException(
                $"holds a JWK without a sound '{name}': expected the private members {string.Join(", ", privateMembers)} (RFC 7518 §6)");

        try
        {
            return privateMembers == EcPrivateMembers
                ? ECDsa.Create(new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = Member("x"), Y = Member("y") },
                    D = Member("d"),
                })
                : RSA.Create(new RSAParameters
                {
                    Modulus = Member("n"),
                    Exponent = Member("e"),
                    D = Padded(Member("d"), Member("n").Length),
                    P = Padded(Member("p"), HalfOf(Member("n"))),
                    Q = Padded(Member("q"), HalfOf(Member("n"))),
                    DP = Padded(Member("dp"), HalfOf(Member("n"))),
                    DQ = Padded(Member("dq"), HalfOf(Member("n"))),
                    InverseQ = Padded(Member("qi"), HalfOf(Member("n"))),
                });
        }
        catch (CryptographicException exception)
        {
            throw new KeyFormatException("holds a JWK whose private members do not fit its public ones", exception);
        }
    }

    private static int HalfOf(byte[] modulus) => (modulus.Length + 1) / 2;

    /// <summary>A JWK leaves out leading zeros (RFC 7518 §2, Base64urlUInt); the platform wants every number at its full length.</summary>
    private static byte[] Padded(byte[] number, int length) =>
        number.Length < length ? [.. new byte[length - number.Length], .. number] : number;
}
