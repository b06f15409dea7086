using System.Formats.Asn1;

namespace B2BAssertions.KeyFiles;

/// <summary>What an id-RSASSA-PSS key may sign (RFC 4055 §3.1): anything by PSS, unless it says what alone.</summary>
internal static class PssParameters
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private const string Mgf1 = "1.2.840.113549.1.1.8";

    /// <summary>RFC 7518 §3.5: the salt of PS256 is as long as the hash. A key names the shortest that it allows (RFC 4055 §3.3).</summary>
    private const int SaltLength = 32;

    private static readonly Asn1Tag Hash = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Mask = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Salt = new(TagClass.ContextSpecific, 2);

    /// <summary>Whether PS256 is allowed.</summary>
    public static bool Permit(ReadOnlyMemory<byte>? encoded)
    {
        if (encoded is not { Length: > 0 } parameters)
        {
            return true;
        }

        try
        {
            var reader = new AsnReader(parameters, AsnEncodingRules.BER).ReadSequence();

            // What is left out is SHA-1, MGF1 with SHA-1, a salt of 20.
            return reader.ReadInside(Hash)?.ReadSequence().ReadObjectIdentifier() == Sha256
                && reader.ReadInside(Mask)?.ReadSequence() is { } mask
                && mask.ReadObjectIdentifier() == Mgf1
                && mask.ReadSequence().ReadObjectIdentifier() == Sha256
                && (reader.ReadInside(Salt) is not { } salt || salt.ReadInteger() <= SaltLength);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
