using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.Jose;

/// <summary>
/// A public signing key as a JWK (RFC 7517): an RSA key for PS256 or an EC key on P-256 for ES256. An instance exists only for a key
/// that is public and strong enough (FAPI 2.0 Security Profile §5.4.1; AS-04, KR-05).
/// </summary>
public sealed class PublicJwk
{
    public const int MinRsaBits = 2048;

    /// <summary>Checking a signature costs more with every bit, and the key comes from outside.</summary>
    public const int MaxRsaBits = 4096;

    public const int MaxKeyIdLength = 255;

    /// <summary>Members that only a private or symmetric key has (RFC 7518 §6.2.2, §6.3.2, §6.4.1).</summary>
    internal static readonly IReadOnlyList<string> PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private const string Verify = "verify";

    private PublicJwk(SecurityKey key, SigningAlgorithm algorithm, string? keyId, JsonObject publicMembers)
    {
        Algorithm = algorithm;
        Thumbprint = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        KeyId = keyId ?? Thumbprint;
        SecurityKey = key;
        SecurityKey.KeyId = KeyId;
        PublicMembers = publicMembers;
    }

    /// <summary>The <c>kid</c>: as the JWK names it, else its thumbprint.</summary>
    public string KeyId { get; }

    public SigningAlgorithm Algorithm { get; }

    /// <summary>SHA-256 thumbprint of the key, base64url (RFC 7638).</summary>
    public string Thumbprint { get; }

    /// <summary>The key for signature checks.</summary>
    public SecurityKey SecurityKey { get; }

    /// <summary><c>kty</c> and the members that make the key, as the thumbprint counts them.</summary>
    private JsonObject PublicMembers { get; }

    /// <summary>The public half of a private or public key.</summary>
    /// <exception cref="ArgumentException">The key is refused; the message says why.</exception>
    public static PublicJwk FromKey(AsymmetricAlgorithm key)
    {
        var members = key switch
        {
            RSA rsa => FromParameters(rsa.ExportParameters(includePrivateParameters: false)),
            ECDsa ecdsa => FromParameters(ecdsa.ExportParameters(includePrivateParameters: false)),
            _ => throw new ArgumentException($"Expected an RSA or EC key, found {key.GetType().Name}.", nameof(key)),
        };
        return TryRead(JsonSerializer.SerializeToElement(members), out var jwk, out var fault)
            ? jwk
            : throw new ArgumentException(fault.Message, nameof(key));
    }

    public static bool TryParse(string json, [NotNullWhen(true)] out PublicJwk? jwk, [NotNullWhen(false)] out JwkFault? fault)
    {
        jwk = null;
        if (!StrictJson.TryParse(json, out var element, out var why))
        {
            fault = JwkFault.Malformed(why);
            return false;
        }

        return TryRead(element, out jwk, out fault);
    }

    /// <summary>The JWK's own bytes, out of a set: a private key in it is one even where nothing else of it can be read.</summary>
    internal static bool TryParse(
        ReadOnlyMemory<byte> utf8Json, [NotNullWhen(true)] out PublicJwk? jwk, [NotNullWhen(false)] out JwkFault? fault)
    {
        if (StrictJson.TryParse(utf8Json, out var element, out var why))
        {
            return TryRead(element, out jwk, out fault);
        }

        jwk = null;
        fault = RawJwk.FindPrivateValue(utf8Json.Span) is { } name ? JwkFault.PrivateMember(name) : JwkFault.Malformed(why);
        return false;
    }

    public static bool TryRead(JsonElement element, [NotNullWhen(true)] out PublicJwk? jwk, [NotNullWhen(false)] out JwkFault? fault)
    {
        jwk = null;
        fault = CheckMembers(element);
        if (fault is not null)
        {
            return false;
        }

        switch (element.GetOptionalString("kty"))
        {
            case "RSA":
                return RsaJwk.TryRead(element, Create, out jwk, out fault);
            case "EC":
                return EcJwk.TryRead(element, Create, out jwk, out fault);
            case { } keyType:
                fault = JwkFault.UnsupportedKeyType(keyType);
                return false;
            case null:
                fault = JwkFault.Malformed("has no kty");
                return false;
        }
    }

    /// <summary>The JWK as it is published: public members, kid, alg and use alone, whatever else was submitted.</summary>
    public JsonObject ToJson()
    {
        var json = PublicMembers.DeepClone().AsObject();
        json["kid"] = KeyId;
        json["alg"] = Algorithm.Name;
        json["use"] = "sig";
        return json;
    }

    /// <summary>The key as PEM (SubjectPublicKeyInfo, RFC 7468 §13), for tools that read no JWK; it has no place for the kid.</summary>
    public string ToPem()
    {
        using AsymmetricAlgorithm key = Algorithm == SigningAlgorithm.ES256
            ? ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Member("x"), Y = Member("y") },
            })
            : RSA.Create(new RSAParameters { Modulus = Member("n"), Exponent = Member("e") });
        return key.ExportSubjectPublicKeyInfoPem() + "\n";
    }

    public override string ToString() => KeyId;

    private byte[] Member(string name) => Base64UrlEncoder.DecodeBytes(PublicMembers[name]!.GetValue<string>());

    private static PublicJwk Create(JsonElement element, SecurityKey key, SigningAlgorithm algorithm, params string[] publicMembers)
    {
        var members = new JsonObject { ["kty"] = algorithm.KeyType };
        foreach (var name in publicMembers)
        {
            members[name] = element.GetOptionalString(name);
        }

        return new PublicJwk(key, algorithm, element.GetOptionalString("kid"), members);
    }

    private static JsonObject FromParameters(RSAParameters parameters) => new()
    {
        ["kty"] = SigningAlgorithm.PS256.KeyType,
        ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
        ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
    };

    private static JsonObject FromParameters(ECParameters parameters) => new()
    {
        ["kty"] = SigningAlgorithm.ES256.KeyType,
        ["crv"] = NameOf(parameters.Curve),
        ["x"] = Base64UrlEncoder.Encode(parameters.Q.X),
        ["y"] = Base64UrlEncoder.Encode(parameters.Q.Y),
    };

    /// <summary>A curve that is written out instead of named is no other key, but nothing that a JWK can name.</summary>
    private static string NameOf(ECCurve curve) => curve switch
    {
        { IsNamed: false } => "with explicit parameters",
        { Oid.Value: var oid } when oid == ECCurve.NamedCurves.nistP256.Oid.Value => EcJwk.P256,
        _ => curve.Oid.FriendlyName ?? curve.Oid.Value ?? "without a name",
    };

    /// <summary>What holds for every kind of key: no private member, a key to verify with, sound member types (RFC 7517 §4).</summary>
    private static JwkFault? CheckMembers(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return JwkFault.Malformed("is not a JSON object");
        }

        if (RawJwk.FindPrivateValue(JsonMarshal.GetRawUtf8Value(element)) is { } privateMember)
        {
            return JwkFault.PrivateMember(privateMember);
        }

        if (!element.IsReadable())
        {
            return JwkFault.Malformed(JsonFaults.NotUnicode);
        }

        if (PrivateMembers.FirstOrDefault(name => element.TryGetProperty(name, out var value) && !value.IsEmptyArray()) is { } malformed)
        {
            return JwkFault.Malformed($"has a {malformed} that holds no text. A public key has no {malformed} at all: leave it out");
        }

        if (element.HasNonString("kty", "kid", "alg", "use") is { } name)
        {
            return JwkFault.Malformed($"has a {name} that is not a string");
        }

        // A kid stands in logs and consoles.
        if (element.GetOptionalString("kid") is { } kid && (kid.Length is 0 or > MaxKeyIdLength || !PlainText.Is(kid)))
        {
            return JwkFault.Malformed($"has a kid that is not 1 to {MaxKeyIdLength} printable characters");
        }

        return element.GetOptionalString("use") is { } use and not "sig" ? JwkFault.WrongUse(use) : CheckOperations(element);
    }

    /// <summary>
    /// RFC 7517 §4.3: what a key is not meant for, it is not used for. An empty list, as .NET writes where none was set, says nothing.
    /// </summary>
    private static JwkFault? CheckOperations(JsonElement element)
    {
        if (!element.TryGetProperty("key_ops", out var operations) || operations.IsEmptyArray())
        {
            return null;
        }

        if (operations.ValueKind != JsonValueKind.Array || operations.EnumerateArray().Any(operation => operation.ValueKind != JsonValueKind.String))
        {
            return JwkFault.Malformed("has key_ops that are not an array of strings");
        }

        return operations.EnumerateArray().Any(operation => operation.ValueEquals(Verify))
            ? null
            : JwkFault.WrongOperations(string.Join(", ", operations.EnumerateArray().Select(operation => operation.GetString())));
    }
}
