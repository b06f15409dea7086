using System.Numerics;
using System.Security.Cryptography;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>RSASSA-PSS (RFC 8017 §8.1.1) with SHA-256 and a salt of any length, which .NET's own does not offer.</summary>
internal static class HandMadePss
{
    private const int HashBytes = 32;

    public static byte[] Sign(RSA key, byte[] input, int saltBytes)
    {
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var message = Number(Encode(input, RandomNumberGenerator.GetBytes(saltBytes), key.KeySize - 1));
        var signature = BigInteger.ModPow(message, Number(parameters.D!), Number(parameters.Modulus!)).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[parameters.Modulus!.Length - signature.Length], .. signature];
    }

    /// <summary>EMSA-PSS-ENCODE (RFC 8017 §9.1.1).</summary>
    private static byte[] Encode(byte[] input, byte[] salt, int bits)
    {
        var length = (bits + 7) / 8;
        var hash = SHA256.HashData([.. new byte[8], .. SHA256.HashData(input), .. salt]);
        byte[] data = [.. new byte[length - salt.Length - HashBytes - 2], 1, .. salt];
        var mask = Mask(hash, data.Length);
        var masked = data.Select((value, index) => (byte)(value ^ mask[index])).ToArray();
        masked[0] &= (byte)(0xff >> ((8 * length) - bits));
        return [.. masked, .. hash, 0xbc];
    }

    /// <summary>MGF1 (RFC 8017 §B.2.1); a mask of a few hundred bytes needs one byte of the counter.</summary>
    private static byte[] Mask(byte[] seed, int length) =>
        [.. Enumerable.Range(0, (length / HashBytes) + 1).SelectMany(counter => SHA256.HashData([.. seed, 0, 0, 0, (byte)counter])).Take(length)];

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
