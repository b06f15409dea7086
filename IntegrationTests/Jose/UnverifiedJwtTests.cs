using System.Buffers.Text;
using System.Text;

using B2BAssertions.Jose;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

[Trait("Rule", "AS-15")]
public sealed class UnverifiedJwtTests
{
    private const string Header = """{"alg":"PS256","typ":"JWT"}""";
    private const string Claims = """{"iss":"partner-a"}""";

    [Fact]
    public void Header_and_claims_are_read()
    {
        Assert.True(UnverifiedJwt.TryParse(Compact(Header, Claims), out var jwt));
        Assert.Equal("PS256", jwt.Header.GetOptionalString("alg"));
        Assert.Equal("partner-a", jwt.Claims.GetOptionalString("iss"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("e30")]
    [InlineData("e30.e30")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.c2ln.c2ln")]
    [InlineData("e30.e30.c2ln.c2ln.c2ln")]
    [InlineData("e30.e30.c2ln=")]
    [InlineData(" e30.e30.c2ln")]
    [InlineData("e30..c2ln")]
    public void What_is_not_three_parts_of_base64url_is_refused(string compact) => Assert.False(UnverifiedJwt.TryParse(compact, out _));

    [Theory]
    [InlineData("[]", Claims)]
    [InlineData(Header, "[]")]
    [InlineData(Header, "no json")]
    [InlineData("""{"alg":"PS256","alg":"none"}""", Claims)]
    [InlineData(Header, """{"iss":"partner-a","iss":"partner-b"}""")]
    [InlineData(Header, """{"iss":"\ud800"}""")]
    [InlineData("""{"alg":"PS256","crit":["exp"]}""", Claims)]
    [InlineData("""{"alg":"PS256","crit":[]}""", Claims)]
    public void Parts_that_are_no_sound_objects_are_refused(string header, string claims) =>
        Assert.False(UnverifiedJwt.TryParse(Compact(header, claims), out _));

    /// <summary>Issue 14, rows 9 and 24: the reason is the true one.</summary>
    [Theory]
    [InlineData("""{"alg":"PS256","alg":"none"}""", Claims, "a header that repeats the member 'alg'")]
    [InlineData(Header, """{"iss":"a","aud":{"x":1,"x":2}}""", "a payload that repeats the member 'x'")]
    [InlineData(Header, """{"iss":"\ud800"}""", "a payload that holds text that is not Unicode")]
    [InlineData(Header, """{"\ud800":1}""", "a payload that holds text that is not Unicode")]
    [InlineData(Header, "[]", "a payload that is not a JSON object")]
    [InlineData("null", Claims, "a header that is not a JSON object")]
    [InlineData("{", Claims, "a header that is not valid JSON from line 1, byte 2 on")]
    [InlineData(" ", Claims, "a header that is empty")]
    [InlineData("", Claims, "a header that is empty or not base64url without padding")]
    [InlineData("""{"crit":[]}""", Claims, "a header with crit")]
    [InlineData(Header, """{"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""", "a payload that is nested deeper than 64 levels")]
    public void What_is_wrong_is_told(string header, string claims, string fault)
    {
        Assert.False(UnverifiedJwt.TryParse(Compact(header, claims), out _, out var found));
        Assert.Equal(fault, found);
    }

    [Theory]
    [InlineData("e30.e30", "2 parts instead of 3")]
    [InlineData("a.b.c.d.e", "5 parts instead of 3")]
    [InlineData("e30.e30.", "a signature that is empty or not base64url without padding")]
    [InlineData("e30=.e30.c2ln", "a header that is empty or not base64url without padding")]
    public void What_is_wrong_with_the_parts_is_told(string compact, string fault)
    {
        Assert.False(UnverifiedJwt.TryParse(compact, out _, out var found));
        Assert.Equal(fault, found);
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused()
    {
        byte[] claims = [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}'];
        Assert.False(UnverifiedJwt.TryParse($"{Encode(Encoding.UTF8.GetBytes(Header))}.{Encode(claims)}.c2ln", out _));
    }

    private static string Compact(string header, string claims) =>
        $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(claims))}.c2ln";

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
