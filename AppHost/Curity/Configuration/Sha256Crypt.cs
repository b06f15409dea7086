using System.Security.Cryptography;
using System.Text;

namespace B2BAssertions.AppHost.Curity.Configuration;

/// <summary>
/// Password hashes of the form <c>$5$salt$hash</c>: SHA-crypt with SHA-256 and its default of 5,000 rounds, as <c>openssl passwd -5</c>
/// makes them. The administrator's password stands in Curity's configuration as one; .NET has no such function.
/// </summary>
internal static class Sha256Crypt
{
    private const int Rounds = 5000;
    private const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>The specification takes no longer salt into account.</summary>
    private const int MaxSaltLength = 16;

    private const string Digits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The order in which the specification writes the bytes of the hash, three to four digits each; the last two make three.</summary>
    private static readonly (int High, int Middle, int Low)[] Order =
    [
        (0, 10, 20), (21, 1, 11), (12, 22, 2), (3, 13, 23), (24, 4, 14), (15, 25, 5), (6, 16, 26), (27, 7, 17), (18, 28, 8), (9, 19, 29),
    ];

    public static string Hash(string password) => Hash(password, RandomNumberGenerator.GetString(Digits, MaxSaltLength));

    public static string Hash(string password, string salt)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(salt.Length, MaxSaltLength);
        var key = Encoding.UTF8.GetBytes(password);
        var saltBytes = Encoding.ASCII.GetBytes(salt);
        var digest = FirstDigest(key, saltBytes);
        var keySequence = Repeat(SHA256.HashData(Times(key, key.Length)), key.Length);
        var saltSequence = Repeat(SHA256.HashData(Times(saltBytes, 16 + digest[0])), saltBytes.Length);
        for (var round = 0; round < Rounds; round++)
        {
            digest = NextDigest(digest, round, keySequence, saltSequence);
        }

        return $"$5${salt}${Encode(digest)}";
    }

    private static byte[] FirstDigest(byte[] key, byte[] salt)
    {
        var alternate = SHA256.HashData([.. key, .. salt, .. key]);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(key);
        hash.AppendData(salt);
        hash.AppendData(Repeat(alternate, key.Length));
        for (var bits = key.Length; bits > 0; bits >>= 1)
        {
            hash.AppendData((bits & 1) != 0 ? alternate : key);
        }

        return hash.GetHashAndReset();
    }

    private static byte[] NextDigest(byte[] digest, int round, byte[] key, byte[] salt)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var isOdd = round % 2 != 0;
        hash.AppendData(isOdd ? key : digest);
        if (round % 3 != 0)
        {
            hash.AppendData(salt);
        }

        if (round % 7 != 0)
        {
            hash.AppendData(key);
        }

        hash.AppendData(isOdd ? digest : key);
        return hash.GetHashAndReset();
    }

    private static byte[] Times(byte[] bytes, int times) => [.. Enumerable.Repeat(bytes, times).SelectMany(part => part)];

    private static byte[] Repeat(byte[] digest, int length) => [.. Enumerable.Range(0, length).Select(index => digest[index % HashBytes])];

    private static string Encode(byte[] digest)
    {
        var text = new StringBuilder();
        foreach (var (high, middle, low) in Order)
        {
            Append(text, (digest[high] << 16) | (digest[middle] << 8) | digest[low], digits: 4);
        }

        Append(text, (digest[31] << 8) | digest[30], digits: 3);
        return text.ToString();
    }

    private static void Append(StringBuilder text, int value, int digits)
    {
        for (var digit = 0; digit < digits; digit++, value >>= 6)
        {
            text.Append(Digits[value & 0x3F]);
        }
    }
}
