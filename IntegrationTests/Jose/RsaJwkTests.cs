using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

/// <summary>Which RSA keys are sound (RFC 7518 §6.3.1, FAPI 2.0 Security Profile §5.4.1).</summary>
[Trait("Rule", "AS-04")]
public sealed class RsaJwkTests
{
    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    [InlineData(4096)]
    public void A_key_of_2048_to_4096_bits_is_accepted(int bits) => Jwks.Accepted(Jwks.RsaOfBits(bits));

    [Theory]
    [InlineData(1024)]
    [InlineData(1536)]
    [InlineData(2040)]
    [InlineData(2047)]
    public void A_shorter_key_is_refused(int bits) => Jwks.Refused("jwk_weak", Jwks.RsaOfBits(bits));

    [Theory]
    [InlineData(4097)]
    [InlineData(8192)]
    public void A_longer_key_is_refused(int bits) => Jwks.Refused("jwk_too_large", Jwks.RsaOfBits(bits));

    [Theory]
    [InlineData("Aw", "jwk_weak")] // 3
    [InlineData("AQ", "jwk_weak")] // 1
    [InlineData("EQ", "jwk_weak")] // 17
    [InlineData("AQAC", "jwk_weak")] // 65538, even
    [InlineData("AQAAAAE", "jwk_too_large")] // 2^32 + 1
    [InlineData("AAEAAQ", "jwk_malformed")] // 65537 with a leading zero
    [InlineData("AA", "jwk_malformed")] // 0
    public void An_exponent_that_is_small_even_or_large_is_refused(string exponent, string code) =>
        Jwks.Refused(code, Jwks.Rsa(), json => json["e"] = exponent);

    [Fact]
    public void An_even_modulus_is_refused() => Jwks.Refused("jwk_malformed", Jwks.Rsa(), json => json["n"] = $"{Modulus(json)[..^3]}AAA");

    [Fact]
    public void A_modulus_with_leading_zeros_is_refused() =>
        Jwks.Refused("jwk_malformed", Jwks.Rsa(), json => json["n"] = $"AAAA{Modulus(json)}");

    [Theory]
    [InlineData("{0}=")]
    [InlineData("{0}==")]
    [InlineData(" {0}")]
    [InlineData("{0}\n")]
    [InlineData("+{0}")]
    [InlineData("/{0}")]
    [InlineData("")]
    public void What_is_no_base64url_is_refused(string pattern) =>
        Jwks.Refused("jwk_malformed", Jwks.Rsa(), json => json["n"] = pattern.Replace("{0}", Modulus(json), StringComparison.Ordinal));

    [Fact]
    public void A_second_spelling_of_the_same_number_is_refused() =>
        Jwks.Refused("jwk_malformed", Jwks.Rsa(), json => json["n"] = $"{Modulus(json)[..^1]}{(char)(Modulus(json)[^1] + 1)}");

    [Theory]
    [InlineData("n")]
    [InlineData("e")]
    public void A_key_that_lacks_a_member_is_refused(string member)
    {
        Jwks.Refused("jwk_malformed", Jwks.Rsa(), json => json.Remove(member));
        Jwks.Refused("jwk_malformed", Jwks.Rsa(), json => json[member] = 65537);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS384")]
    [InlineData("ES256")]
    [InlineData("RSA-OAEP")]
    [InlineData("ps256")]
    [InlineData("none")]
    [InlineData("")]
    public void An_algorithm_that_is_not_PS256_is_refused(string algorithm) =>
        Jwks.Refused("jwk_wrong_algorithm", Jwks.Rsa(), json => json["alg"] = algorithm);

    private static string Modulus(System.Text.Json.Nodes.JsonObject json) => json["n"]!.GetValue<string>();
}
