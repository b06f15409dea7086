using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.JoseTests;

using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Keys in the settings that could not be used, or should never have been there, stop the start; the message names the setting.</summary>
public sealed class InlineKeysSettingsTests : IAsyncLifetime
{
    private const string Client = "AuthorizationServer:Clients:2";

    private TokenEndpointFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await TokenEndpointFixture.StartAsync();

    public async ValueTask DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task Neither_an_address_nor_a_set_is_refused() =>
        Assert.StartsWith($"{Client}:JwksUri and {Client}:Jwks are missing:", await FailureAsync(("Jwks", "")), StringComparison.Ordinal);

    [Fact]
    public async Task An_address_and_a_set_are_refused() => Assert.Equal(
        $"{Client}:JwksUri and {Client}:Jwks are both set: expected one of them.",
        await FailureAsync(("JwksUri", "https://keys.example")));

    [Theory]
    [InlineData("", "{}", "jwks_malformed")]
    [InlineData("", "no JSON", "jwks_malformed")]
    [InlineData("", """{"kty":"EC"}""", "jwks_malformed")]
    [InlineData("kty", "oct", "jwk_unsupported_key_type")]
    [InlineData("crv", "P-521", "jwk_unsupported_curve")]
    [InlineData("alg", "RS256", "jwk_wrong_algorithm")]
    [InlineData("use", "enc", "jwk_wrong_use")]
    [InlineData("kid", "", "jwk_malformed")]
    public async Task A_set_that_is_none_or_an_unsound_key_is_refused_with_the_code(string member, string value, string code)
    {
        var jwks = member.Length == 0 ? value : SetOf(Changed(Jwks.Ec(), member, value), Jwks.Ec());

        Assert.StartsWith($"{Client}:Jwks is refused, {code}: ", await FailureAsync(("Jwks", jwks)), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "AS-04")]
    public async Task A_weak_key_is_refused_though_a_strong_one_is_beside_it() => Assert.StartsWith(
        $"{Client}:Jwks is refused, jwk_weak: ",
        await FailureAsync(("Jwks", SetOf(Jwks.RsaOfBits(1024), Jwks.Ec()))),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("d")]
    [InlineData("k")]
    public async Task A_private_member_is_refused_and_the_message_does_not_repeat_it(string member)
    {
        const string Secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ";
        var failure = await FailureAsync(("Jwks", SetOf(Jwks.Ec(), Changed(Jwks.Ec(), member, Secret))));

        Assert.StartsWith($"{Client}:Jwks is refused, jwk_private: ", failure, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_set_is_refused() =>
        Assert.StartsWith($"{Client}:Jwks holds no key for ES256:", await FailureAsync(("Jwks", SetOf())), StringComparison.Ordinal);

    [Fact]
    [Trait("Rule", "AS-03")]
    public async Task A_set_without_a_key_for_an_allowed_algorithm_is_refused() => Assert.StartsWith(
        $"{Client}:Jwks holds no key for PS256:", await FailureAsync(("AllowedAlgorithms:0", "PS256")), StringComparison.Ordinal);

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task Two_keys_with_one_kid_are_refused() => Assert.StartsWith(
        $"{Client}:Jwks holds 2 keys with the kid 'one':",
        await FailureAsync(("Jwks", SetOf(Changed(Jwks.Ec(), "kid", "one"), Changed(Jwks.Ec(), "kid", "one")))),
        StringComparison.Ordinal);

    private static string SetOf(params JsonNode[] keys) => new JsonObject { ["keys"] = new JsonArray(keys) }.ToJsonString();

    private static JsonObject Changed(JsonObject key, string member, string value)
    {
        key[member] = value;
        return key;
    }

    /// <summary>The one failure of a start with these settings of client C.</summary>
    private async Task<string> FailureAsync(params (string Name, string Value)[] settings)
    {
        using var address = new ReservedAddress();
        using var directory = new TemporaryDirectory();
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningService.StartAsync(
            AuthorizationServer.Program.Build,
            address,
            directory.Path,
            _fixture.Settings([.. settings.Select(setting => ($"{Client}:{setting.Name}", setting.Value))])));
        return Assert.Single(exception.Failures.Distinct());
    }
}
