using System.Formats.Asn1;

using B2BAssertions.Pkcs11Keys;

using Xunit;

namespace B2BAssertions.IntegrationTests.Pkcs11KeysTests;

/// <summary>The public point of an EC key (PKCS#11 v2.40 §2.3.3), as tokens tell it.</summary>
[Trait("Rule", "PC-03")]
public sealed class TokenPointTests
{
    /// <summary>The second byte of a bare point looks like the length of an octet string when it is small: 0 to 63 fit into the rest.</summary>
    [Theory]
    [InlineData(0x00)]
    [InlineData(0x20)]
    [InlineData(0x3F)]
    [InlineData(0x40)]
    [InlineData(0x81)]
    [InlineData(0xFF)]
    public void A_point_is_read_with_and_without_the_octet_string_around_it(byte second)
    {
        byte[] point = [4, second, .. Enumerable.Repeat((byte)1, 63)];
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(point);

        Assert.Equal(point, TokenKeyReader.PointOf(point));
        Assert.Equal(point, TokenKeyReader.PointOf(writer.Encode()));
    }
}
