using System.Text;
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
        Assert.Equal(["jwk_weak", "jwk_unsupported_key_type", "jwk_malformed"], set.Ignored.Select(ignored => ignored.Fault.Code));
    }

    [Theory]
    [InlineData("d")]
    [InlineData("k")]
    [Trait("Rule", "JW-05")]
    public void One_private_key_refuses_the_whole_set(string member)
    {
        var leaked = Jwks.Ec();
        leaked["kid"] = "leaked";
        leaked[member] = "c2VjcmV0";

        var fault = Refused("jwk_private", SetOf(Jwks.Ec(), leaked));

        Assert.StartsWith("key 2, kid 'leaked': The JWK holds the private member", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "JW-05")]
    public void A_private_key_that_would_be_left_out_refuses_the_whole_set_as_well() =>
        Refused("jwk_private", SetOf(Jwks.Ec(), new JsonObject { ["kty"] = "OKP", ["d"] = "c2VjcmV0" }));

    /// <summary>A private key is one though nothing else of it, or of its set, can be read.</summary>
    [Theory]
    [InlineData("""{"keys":[{"kty":"EC","kty":"EC","d":"c2VjcmV0"}]}""")]
    [InlineData("""{"keys":[{"kid":"\ud800","d":"c2VjcmV0"}]}""")]
    [InlineData("""{"keys":[{"\ud800":1,"d":"c2VjcmV0"}]}""")]
    [InlineData("""{"keys":[{"d":null,"d":"c2VjcmV0"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","d":"c2VjcmV0"}],"keys":[]}""")]
    [InlineData("""{"kty":"EC","d":"c2VjcmV0"}""")]
    [Trait("Rule", "JW-05")]
    public void A_private_key_that_cannot_be_read_refuses_the_whole_set(string json) => Refused("jwk_private", json);

    /// <summary>Issue 14, rows 1, 2 and 23: such a key costs itself alone, and its owner finds it by its place and its kid (RFC 7517 §4, §5).</summary>
    [Theory]
    [InlineData("""{"kty":"EC","kid":"odd","d":null}""", "jwk_malformed", "has a d that holds no text")]
    [InlineData("""{"kty":"EC","kid":"odd","kty":"EC"}""", "jwk_malformed", "repeats the member 'kty'")]
    [InlineData("""{"kty":"EC","kid":"odd","k\u0069d":"odd"}""", "jwk_malformed", "repeats the member 'kid'")]
    [InlineData("""{"kty":"EC","kid":"odd","more":"\ud800"}""", "jwk_malformed", "holds text that is not Unicode")]
    [InlineData("""{"kty":"EC","kid":"odd","\udc00":1}""", "jwk_malformed", "holds text that is not Unicode")]
    [InlineData("""{"kty":"EC","kid":"odd","more":{"a":{"b":1,"b":2}}}""", "jwk_malformed", "repeats the member 'b'")]
    [InlineData("""{"kty":"EC","kid":"odd","key_ops":["encrypt"]}""", "jwk_wrong_use", "names the key_ops 'encrypt'")]
    [InlineData("""{"kty":"EC","kid":"odd","use":"enc"}""", "jwk_wrong_use", "names the use 'enc'")]
    [InlineData("""{"kty":"OKP","kid":"odd","crv":"Ed25519","alg":"EdDSA"}""", "jwk_unsupported_key_type", "The key type 'OKP'")]
    [InlineData("""{"kty":"OKP","kid":"odd","crv":"Ed25519","alg":"Ed25519","key_ops":["verify"],"ext":true,"x":"AAAA"}""", "jwk_unsupported_key_type", "The key type 'OKP'")]
    public void One_odd_key_costs_no_other_key_anything_and_is_named(string odd, string code, string reason)
    {
        var sound = Jwks.Ec();
        Assert.True(JwkSet.TryParse($$"""{"keys":[{{sound.ToJsonString()}},{{odd}}]}""", out var set, out var fault), fault?.Message);

        Assert.Equal(Jwks.Accepted(sound).KeyId, Assert.Single(set.Keys).KeyId);
        var ignored = Assert.Single(set.Ignored);
        Assert.Equal(("key 2, kid 'odd'", "odd", code), (ignored.Name, ignored.KeyId, ignored.Fault.Code));
        Assert.Contains(reason, ignored.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_nested_too_deep_costs_itself_alone()
    {
        var deep = $$"""{"kid":"deep","more":{{new string('[', 5000)}}{{new string(']', 5000)}}}""";
        Assert.True(JwkSet.TryParse($$"""{"keys":[{{deep}},{{Jwks.Ec().ToJsonString()}},[[1]],null]}""", out var set, out _));

        Assert.Single(set.Keys);
        Assert.Equal(["key 1, kid 'deep'", "key 3", "key 4"], set.Ignored.Select(ignored => ignored.Name));
        Assert.Contains("nested deeper than 64 levels", set.Ignored[0].Fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Issue 14, row 20.</summary>
    [Fact]
    public void A_kid_that_is_left_out_is_shown_without_what_could_forge_a_line()
    {
        Assert.True(JwkSet.TryParse("{\"keys\":[{\"kty\":\"EC\",\"kid\":\"a\u2028b\u202Ec\\nd\"}]}", out var set, out _));

        Assert.Equal(@"key 1, kid 'a\u2028b\u202Ec\u000Ad'", Assert.Single(set.Ignored).Name);
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_cost_their_key_alone()
    {
        byte[] json = [.. "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"M"u8, 0xFC, .. "ller\"},"u8, .. Encoding.UTF8.GetBytes(Jwks.Ec().ToJsonString()), .. "]}"u8];
        Assert.True(JwkSet.TryParse(json, out var set, out _));

        Assert.Single(set.Keys);
        Assert.Contains("not Unicode", Assert.Single(set.Ignored).Fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Issue 14, row 2 (RFC 8259 §8.1).</summary>
    [Fact]
    public void A_byte_order_mark_before_the_set_is_skipped()
    {
        byte[] json = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(SetOf(Jwks.Ec()))];

        Assert.True(JwkSet.TryParse(json, out var set, out _));
        Assert.Single(set.Keys);
        Assert.True(JwkSet.TryParse(Encoding.UTF8.GetString(json), out _, out _));
    }

    /// <summary>Issue 14, row 2 (RFC 7517 §5: additional members are ignored).</summary>
    [Theory]
    [InlineData(9)]
    [InlineData(5000)]
    public void A_member_of_the_set_that_is_not_understood_is_ignored_however_deep_it_is(int depth)
    {
        var more = new string('[', depth) + new string(']', depth);
        Assert.True(JwkSet.TryParse($$"""{"more":{{more}},"keys":[{{Jwks.Ec().ToJsonString()}}],"and":"more"}""", out var set, out _));

        Assert.Single(set.Keys);
        Assert.Empty(set.Ignored);
    }

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

    /// <summary>Issue 14, row 2: each cause has its own sentence.</summary>
    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" ", "is not valid JSON")]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("[{}]", "is not a JSON object")]
    [InlineData("null", "is not a JSON object")]
    [InlineData("{}", "has no member 'keys'")]
    [InlineData("{\"Keys\":[]}", "has no member 'keys'")]
    [InlineData("{\"keys\":{}}", "has a member 'keys' that is not an array")]
    [InlineData("{\"keys\":null}", "has a member 'keys' that is not an array")]
    [InlineData("{\"keys\":[],\"keys\":[]}", "repeats the member 'keys'")]
    [InlineData("{\"keys\":[],\"ke\\u0079s\":[]}", "repeats the member 'keys'")]
    [InlineData("{\"keys\":[],\"a\":1,\"a\":1}", "repeats the member 'a'")]
    [InlineData("{\"\\ud800\":1,\"keys\":[]}", "holds text that is not Unicode")]
    [InlineData("{\"kty\":\"EC\"}", "is a single JWK: put it into the array 'keys'")]
    [InlineData("{\"keys\":[]} {}", "is not valid JSON from line 1, byte 13 on")]
    [InlineData("{\"keys\":[", "is not valid JSON from line 1, byte 10 on")]
    [InlineData("{\"keys\":[],}", "is not valid JSON")]
    [InlineData("<html></html>", "is not valid JSON from line 1, byte 1 on")]
    public void What_is_no_set_is_refused_and_the_reason_is_the_true_one(string json, string reason) =>
        Assert.StartsWith($"The JWK Set {reason}", Refused("jwks_malformed", json).Message, StringComparison.Ordinal);

    private static string SetOf(params JsonNode[] keys) => new JsonObject { ["keys"] = new JsonArray(keys) }.ToJsonString();

    private static JwkSet Read(params JsonNode[] keys)
    {
        Assert.True(JwkSet.TryParse(SetOf(keys), out var set, out var fault), fault?.Message);
        return set;
    }

    private static JwkFault Refused(string code, string json)
    {
        Assert.False(JwkSet.TryParse(json, out var set, out var fault));
        Assert.Null(set);
        Assert.Equal(code, fault.Code);
        return fault;
    }
}
