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

    /// <summary>Issue 14, row 20: one rule of escaping for logs, consoles and answers.</summary>
    [Theory]
    [InlineData("client-a", "client-a")]
    [InlineData("ключ-鍵-🔑", "ключ-鍵-🔑")]
    [InlineData("a\r\nb\u001b[2J", @"a\u000D\u000Ab\u001B[2J")]
    [InlineData("a\u2028b\u2029c\u202ed\u200be", @"a\u2028b\u2029c\u202Ed\u200Be")]
    [InlineData("tag \U000E0041", @"tag \uDB40\uDC41")]
    public void What_is_not_plain_is_escaped_as_JSON_would(string text, string shown)
    {
        Assert.Equal(shown, PlainText.Escape(text));
        Assert.Equal(shown, ForeignText.Shown(text));
    }

    [Fact]
    public void A_strangers_long_text_is_cut_off_before_it_is_escaped() =>
        Assert.Equal($"{string.Concat(Enumerable.Repeat(@"\u000A", 100))}...", ForeignText.Shown(new string('\n', 5000)));
}
