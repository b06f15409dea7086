using B2BAssertions.Jose;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

/// <summary>Issue 14, row 12 (RFC 7515 §4.1.9).</summary>
public sealed class MediaTypeNameTests
{
    [Theory]
    [InlineData("at+jwt")]
    [InlineData("at+JWT")]
    [InlineData("AT+jwt")]
    [InlineData("application/at+jwt")]
    [InlineData("Application/AT+JWT")]
    public void Case_and_application_do_not_matter(string type) => Assert.True(MediaTypeName.Is(type, "at+jwt"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("application/")]
    [InlineData("jwt")]
    [InlineData("at+jwt ")]
    [InlineData("text/at+jwt")]
    [InlineData("application/application/at+jwt")]
    [InlineData("at+jwt; charset=utf-8")]
    public void Another_type_is_another(string? type) => Assert.False(MediaTypeName.Is(type, "at+jwt"));
}
