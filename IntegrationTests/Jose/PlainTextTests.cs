using B2BAssertions.Jose;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("ACME Logistics, Zürich")]
    [InlineData("ключ-鍵-🔑")]
    public void Text_that_looks_like_what_it_is_is_plain(string text) => Assert.True(PlainText.Is(text));

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("escape\u001b[2J")]
    [InlineData("next line\u0085")]
    [InlineData("line\u2028separator")]
    [InlineData("paragraph\u2029separator")]
    [InlineData("right to left\u202e")]
    [InlineData("invisible\u200b")]
    public void Text_that_could_forge_a_line_is_not(string text) => Assert.False(PlainText.Is(text));
}
