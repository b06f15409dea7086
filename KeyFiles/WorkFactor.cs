using System.Formats.Asn1;
using System.Numerics;

namespace B2BAssertions.KeyFiles;

/// <summary>
/// How often a file has its password hashed before it tells whether it is the right one. The file itself says so, and nobody vouches for a
/// file that was made elsewhere.
/// </summary>
internal static class WorkFactor
{
    /// <summary>Some seconds of work; OWASP asks for 600,000.</summary>
    private const int MaxRounds = 10_000_000;

    /// <summary>What PKCS#12 nests deepest, a PBKDF2 in encrypted contents, is at 13.</summary>
    private const int MaxDepth = 32;

    /// <param name="content">PKCS#12 or encrypted PKCS#8, in DER or BER.</param>
    /// <exception cref="KeyFormatException">It asks for too much.</exception>
    public static void Demand(ReadOnlyMemory<byte> content)
    {
        if (CountRounds(content, depth: 0) > MaxRounds)
        {
            throw new KeyFormatException(
                $"asks for more than {MaxRounds} rounds of hashing to be opened: it is damaged, or export it anew with fewer iterations");
        }
    }

    /// <summary>
    /// PBKDF2 (RFC 8018 §A.2), PBES1 (§A.3) and the MAC of PKCS#12 (RFC 7292 §4) all have the count right after the salt: an INTEGER after
    /// an OCTET STRING, which these formats have nowhere else.
    /// </summary>
    private static BigInteger CountRounds(ReadOnlyMemory<byte> content, int depth)
    {
        var rounds = BigInteger.Zero;
        try
        {
            var isAfterSalt = false;
            for (var reader = new AsnReader(content, AsnEncodingRules.BER); depth < MaxDepth && reader.HasData;)
            {
                var tag = reader.PeekTag();
                if (isAfterSalt && tag == Asn1Tag.Integer)
                {
                    rounds += BigInteger.Max(BigInteger.Zero, reader.ReadInteger());
                    isAfterSalt = false;
                    continue;
                }

                isAfterSalt = tag.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString);
                rounds += CountRounds(isAfterSalt ? reader.ReadOctetString() : ReadInner(reader, tag), depth + 1);
            }
        }
        catch (AsnContentException)
        {
            // A ciphertext, or a fault that the one who opens the file will name.
        }

        return rounds;
    }

    private static ReadOnlyMemory<byte> ReadInner(AsnReader reader, Asn1Tag tag)
    {
        var inner = tag.IsConstructed ? reader.PeekContentBytes() : default;
        _ = reader.ReadEncodedValue();
        return inner;
    }
}
