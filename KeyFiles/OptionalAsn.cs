using System.Formats.Asn1;

namespace B2BAssertions.KeyFiles;

/// <summary>Parts of ASN.1 that may be left out, so a reader looks before it reads.</summary>
internal static class OptionalAsn
{
    public static bool IsAt(this AsnReader reader, Asn1Tag tag) => reader.HasData && reader.PeekTag().HasSameClassAndValue(tag);

    /// <summary>What is inside this tag; null where something else, or nothing, comes next.</summary>
    public static AsnReader? ReadInside(this AsnReader reader, Asn1Tag tag) => reader.IsAt(tag) ? reader.ReadSequence(reader.PeekTag()) : null;
}
