using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.Jose;

/// <summary>EC public keys on P-256 (RFC 7518 §6.2.1, AS-04).</summary>
internal static class EcJwk
{
    public const string P256 = "P-256";

    private const int CoordinateBytes = 32;

    public static bool TryRead(
        JsonElement element,
        CreatePublicJwk create,
        [NotNullWhen(true)] out PublicJwk? jwk,
        [NotNullWhen(false)] out JwkFault? fault)
    {
        jwk = null;
        fault = CheckCurve(element) ?? CheckAlgorithm(element);
        if (fault is not null)
        {
            return false;
        }

        if (!StrictBase64Url.TryDecode(element.GetOptionalString("x"), out var x) || x.Length != CoordinateBytes
            || !StrictBase64Url.TryDecode(element.GetOptionalString("y"), out var y) || y.Length != CoordinateBytes)
        {
            fault = JwkFault.Malformed($"has no sound x and y: expected base64url of {CoordinateBytes} bytes each");
            return false;
        }

        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } };
        if (!IsOnCurve(parameters))
        {
            fault = JwkFault.Malformed("names a point that is not on P-256");
            return false;
        }

        // As a JsonWebKey, not an ECDsa object: every signature check then has an object of its own.
        var key = new JsonWebKey
        {
            Kty = SigningAlgorithm.ES256.KeyType,
            Crv = P256,
            X = element.GetOptionalString("x"),
            Y = element.GetOptionalString("y"),
        };
        jwk = create(element, key, SigningAlgorithm.ES256, "crv", "x", "y");
        return true;
    }

    /// <summary>AS-04 (FAPI 2.0 Security Profile §5.4.1): P-256 and no other curve.</summary>
    private static JwkFault? CheckCurve(JsonElement element) => element.GetOptionalString("crv") switch
    {
        P256 => null,
        { } curve => JwkFault.UnsupportedCurve(curve),
        null => JwkFault.Malformed("has no crv"),
    };

    private static JwkFault? CheckAlgorithm(JsonElement element) =>
        element.GetOptionalString("alg") is { } name && name != SigningAlgorithm.ES256.Name
            ? JwkFault.WrongAlgorithm(name, SigningAlgorithm.ES256)
            : null;

    private static bool IsOnCurve(ECParameters parameters)
    {
        try
        {
            using var key = ECDsa.Create(parameters);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
