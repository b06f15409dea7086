using System.Text.Json;

using B2BAssertions.Jose;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

[Trait("Rule", "AS-08")]
public sealed class NumericDateTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1772366400", 1772366400)]
    [InlineData("1772366400.9", 1772366400)]
    [InlineData("1.7723664e9", 1772366400)]
    [InlineData("253402300799", 253402300799)]
    public void A_number_of_seconds_is_a_time(string json, long seconds) => Assert.Equal(seconds, Read($$"""{"exp":{{json}}}"""));

    [Theory]
    [InlineData("-1")]
    [InlineData("-0.1")]
    [InlineData("253402300800")]
    [InlineData("1772366400000")]
    [InlineData("1e400")]
    [InlineData("\"1772366400\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[1772366400]")]
    public void Anything_else_is_no_time(string json) => Assert.Null(Read($$"""{"exp":{{json}}}"""));

    [Fact]
    public void A_missing_member_is_no_time() => Assert.Null(Read("{}"));

    private static long? Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetOptionalNumericDate("exp");
    }
}
