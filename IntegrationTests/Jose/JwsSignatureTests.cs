using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.JwksServiceTests;
using B2BAssertions.Jose;

using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

[Trait("Rule", "AS-05")]
public sealed class JwsSignatureTests
{
    private readonly PartnerKeyPair _rsa = PartnerKeyPair.NewRsa();
    private readonly PartnerKeyPair _ec = PartnerKeyPair.NewEc();

    [Fact]
    public async Task A_signature_by_the_key_with_its_algorithm_is_valid()
    {
        Assert.True(await JwsSignature.IsValidAsync(Sign(_rsa, "PS256"), _rsa.Public));
        Assert.True(await JwsSignature.IsValidAsync(Sign(_ec, "ES256"), _ec.Public));
    }

    [Fact]
    public async Task A_signature_by_another_key_is_not_valid()
    {
        Assert.False(await JwsSignature.IsValidAsync(Sign(PartnerKeyPair.NewRsa(), "PS256"), _rsa.Public));
        Assert.False(await JwsSignature.IsValidAsync(Sign(PartnerKeyPair.NewEc(), "ES256"), _ec.Public));
        Assert.False(await JwsSignature.IsValidAsync(Sign(_rsa, "PS256"), _ec.Public));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS384")]
    [InlineData("ES256")]
    [InlineData("HS256")]
    [InlineData("none")]
    public async Task A_header_that_names_another_algorithm_is_not_valid(string algorithm) =>
        Assert.False(await JwsSignature.IsValidAsync(Sign(_rsa, algorithm), _rsa.Public));

    [Fact]
    public async Task Nothing_signed_with_the_public_key_as_a_secret_is_valid()
    {
        var content = Sign(_rsa, "HS256").Split('.');
        var secret = Encoding.UTF8.GetBytes(_rsa.Public.ToJson().ToJsonString());
        var mac = System.Security.Cryptography.HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{content[0]}.{content[1]}"));
        Assert.False(await JwsSignature.IsValidAsync($"{content[0]}.{content[1]}.{Base64UrlEncoder.Encode(mac)}", _rsa.Public));
    }

    [Fact]
    public async Task What_the_claims_say_does_not_count()
    {
        var claims = new JsonObject { ["iss"] = "anyone", ["aud"] = "anyone", ["exp"] = 1, ["nbf"] = 253402300799 };
        Assert.True(await JwsSignature.IsValidAsync(_ec.Sign(new JsonObject { ["alg"] = "ES256" }, claims), _ec.Public));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no-jws")]
    [InlineData("e30.e30.c2ln")]
    public async Task What_is_no_JWS_is_not_valid(string text) => Assert.False(await JwsSignature.IsValidAsync(text, _ec.Public));

    private static string Sign(PartnerKeyPair key, string algorithm) =>
        key.Sign(new JsonObject { ["alg"] = algorithm }, new JsonObject { ["iss"] = "partner-a" });
}
