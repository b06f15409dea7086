using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.Jose;

/// <summary>RSA public keys (RFC 7518 §6.3.1), 2048 to 4096 bits (AS-04).</summary>
internal static class RsaJwk
{
    /// <summary>NIST SP 800-56B §6.2: 65537 is the least exponent; four bytes hold every one in use.</summary>
    private const int LeastExponent = 65537;

    private const int MaxExponentBytes = 4;

    public static bool TryRead(
        JsonElement element,
        CreatePublicJwk create,
        [NotNullWhen(true)] out PublicJwk? jwk,
        [NotNullWhen(false)] out JwkFault? fault)
    {
        jwk = null;
        if (!StrictBase64Url.TryDecode(element.GetOptionalString("n"), out var modulus)
            || !StrictBase64Url.TryDecode(element.GetOptionalString("e"), out var exponent)
            || modulus[0] == 0 || exponent[0] == 0)
        {
            fault = JwkFault.Malformed("has no sound n and e: expected base64url of unsigned integers without leading zeros");
            return false;
        }

        fault = CheckAlgorithm(element) ?? CheckModulus(modulus) ?? CheckExponent(exponent);
        if (fault is not null)
        {
            return false;
        }

        var key = new RsaSecurityKey(new RSAParameters { Modulus = modulus, Exponent = exponent });
        jwk = create(element, key, SigningAlgorithm.PS256, "n", "e");
        return true;
    }

    private static JwkFault? CheckAlgorithm(JsonElement element) =>
        element.GetOptionalString("alg") is { } name && name != SigningAlgorithm.PS256.Name
            ? JwkFault.WrongAlgorithm(name, SigningAlgorithm.PS256)
            : null;

    /// <summary>AS-04 (FAPI 2.0 Security Profile §5.4.1): at least 2048 bits.</summary>
    private static JwkFault? CheckModulus(byte[] modulus)
    {
        var bits = (modulus.Length * 8) - byte.LeadingZeroCount(modulus[0]);
        return bits switch
        {
            < PublicJwk.MinRsaBits => JwkFault.Weak($"RSA with {bits} bits, expected {PublicJwk.MinRsaBits} to {PublicJwk.MaxRsaBits}"),
            > PublicJwk.MaxRsaBits => JwkFault.TooLarge($"RSA with {bits} bits, expected {PublicJwk.MinRsaBits} to {PublicJwk.MaxRsaBits}"),
            _ when (modulus[^1] & 1) == 0 => JwkFault.Malformed("has an even n, which no RSA key has"),
            _ => null,
        };
    }

    private static JwkFault? CheckExponent(byte[] exponent)
    {
        if (exponent.Length > MaxExponentBytes)
        {
            return JwkFault.TooLarge($"an RSA exponent of {exponent.Length} bytes, expected at most {MaxExponentBytes}");
        }

        var value = exponent.Aggregate(0u, (number, next) => (number << 8) | next);
        return value < LeastExponent || (value & 1) == 0
            ? JwkFault.Weak($"RSA exponent {value}, expected an odd number of at least {LeastExponent}")
            : null;
    }
}
