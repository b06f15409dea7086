using System.Text.Json.Nodes;

using B2BAssertions.Jose;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

public sealed class JwkSetTests
{
    [Fact]
    [Trait("Rule", "AS-04")]
    public void Keys_that_are_weak_or_of_another_kind_are_left_out_and_told()
    {
        var sound = Jwks.Ec();
        var set = Read(Jwks.RsaOfBits(1024), new JsonObject { ["kty"] = "OKP" }, sound, JsonValue.Create("key"));
        Assert.Equal(Jwks.Accepted(sound).KeyId, Assert.Single(set.Keys).KeyId);
        Assert.Equal(["jwk_weak", "jwk_unsupported_key_type", "jwk_malformed"], set.Ignored.Select(fault => fault.Code));
    }

    [Theory]
    [InlineData("d")]
    [InlineData("k")]
    [Trait("Rule", "JW-05")]
    public void One_private_key_refuses_the_whole_set(string member)
    {
        var leaked = Jwks.Ec();
        leaked[member] = "c2VjcmV0";
        Refused("jwk_private", SetOf(Jwks.Ec(), leaked));
    }

    [Fact]
    [Trait("Rule", "JW-05")]
    public void A_private_key_that_would_be_left_out_refuses_the_whole_set_as_well() =>
        Refused("jwk_private", SetOf(Jwks.Ec(), new JsonObject { ["kty"] = "OKP", ["d"] = "c2VjcmV0" }));

    [Fact]
    public void A_set_without_keys_is_read() => Assert.Empty(Read().Keys);

    [Fact]
    public void A_set_is_written_as_it_was_read()
    {
        var set = Read(Jwks.Rsa(), Jwks.Ec());
        var json = set.ToJson().ToJsonString();
        Assert.True(JwkSet.TryParse(json, out var again, out _));
        Assert.Equal(json, again.ToJson().ToJsonString());
        Assert.Equal(2, again.Keys.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    [InlineData("{\"keys\":[{\"kty\":\"EC\",\"kty\":\"EC\"}]}")]
    [InlineData("{\"keys\":[{\"kid\":\"\\ud800\"}]}")]
    [InlineData("<html></html>")]
    public void What_is_no_set_is_refused(string json) => Refused("jwks_malformed", json);

    private static string SetOf(params JsonNode[] keys) => new JsonObject { ["keys"] = new JsonArray(keys) }.ToJsonString();

    private static JwkSet Read(params JsonNode[] keys)
    {
        Assert.True(JwkSet.TryParse(SetOf(keys), out var set, out var fault), fault?.Message);
        return set;
    }

    private static void Refused(string code, string json)
    {
        Assert.False(JwkSet.TryParse(json, out var set, out var fault));
        Assert.Null(set);
        Assert.Equal(code, fault.Code);
    }
}
