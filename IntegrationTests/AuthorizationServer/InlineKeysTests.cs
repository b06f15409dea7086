using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>A client whose keys stand in the settings (RFC 7591 §2, <c>jwks</c>): the rules for its assertions are everybody's.</summary>
public sealed class InlineKeysTests : AssertionRuleTests
{
    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task A_client_with_inline_keys_gets_a_token_and_no_JWKS_server_is_asked()
    {
        var answer = await Fixture.SendAsync(Fixture.MakerC.Make());

        Assert.Equal(200, answer.Status);
        Assert.Equal(TokenEndpointFixture.ClientC, answer.AccessTokenClaims.GetProperty("sub").GetString());
        AssertNothingWasFetched();
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task An_unknown_kid_is_refused_without_looking_anywhere_else()
    {
        await RefusesAsync(Fixture.MakerC.Make(header => header["kid"] = Fixture.MakerB.KeyId), "key_unknown");
        await RefusesAsync(Fixture.MakerC.Make(header => header["kid"] = "unknown"), "key_unknown");

        AssertNothingWasFetched();
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task The_key_of_a_client_with_a_jwks_uri_does_not_sign_for_one_with_inline_keys()
    {
        var stranger = new AssertionMaker(Fixture.MakerB.Key, TokenEndpointFixture.ClientC, Fixture.Issuer, Fixture.Time);

        await RefusesAsync(stranger.Make(), "key_unknown");
        await RefusesAsync(stranger.Make(header => header["kid"] = Fixture.MakerC.KeyId), "assertion_signature_invalid");
        AssertNothingWasFetched();
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task An_inline_key_does_not_sign_for_a_client_with_a_jwks_uri()
    {
        var stranger = new AssertionMaker(Fixture.MakerC.Key, TokenEndpointFixture.ClientB, Fixture.Issuer, Fixture.Time);

        await RefusesAsync(stranger.Make(), "key_unknown");
        await RefusesAsync(stranger.Make(header => header["kid"] = Fixture.MakerB.KeyId), "assertion_signature_invalid");
        Assert.Equal(1, Fixture.JwksB.Requests);
    }

    [Fact]
    [Trait("Rule", "AS-07")]
    [Trait("Rule", "AS-08")]
    [Trait("Rule", "AS-10")]
    public async Task The_rules_for_assertions_hold_for_inline_keys_too()
    {
        var used = Fixture.MakerC.Make();
        await Fixture.SendAsync(used);

        await RefusesAsync(used, "assertion_replayed");
        await RefusesAsync(Fixture.MakerC.Make(claims: claims => claims["aud"] = "https://other.example"), "assertion_audience_wrong");
        await RefusesAsync(Fixture.MakerC.Make(claims: claims => claims["exp"] = Now() + 61), "assertion_lifetime_too_long");
        await RefusesAsync(Fixture.MakerC.Make(header => header["alg"] = "HS256"), "assertion_algorithm_not_allowed");
        await RefusesAsync(Fixture.MakerC.Make(sign: _ => new byte[64]), "assertion_signature_invalid");
    }

    [Fact]
    [Trait("Rule", "AS-03")]
    public async Task Without_AllowedAlgorithms_an_inline_key_signs_PS256()
    {
        var maker = new AssertionMaker(RSA.Create(2048), "client-d", Fixture.Issuer, Fixture.Time);
        using var address = new ReservedAddress();
        await using var restarted = await RunningService.StartAsync(
            AuthorizationServer.Program.Build,
            address,
            Fixture.DataDirectory,
            Fixture.Settings(
                ("AuthorizationServer:Clients:3:ClientId", "client-d"),
                ("AuthorizationServer:Clients:3:Jwks", maker.Set()),
                ("AuthorizationServer:Clients:3:Scopes:0", "read")),
            Fixture.Time);

        Assert.Equal(200, await StatusAsync(restarted, maker.Make()));
    }

    [Fact]
    public async Task A_key_without_a_kid_is_named_by_its_thumbprint()
    {
        var set = JsonNode.Parse(Fixture.MakerC.Set())!;
        set["keys"]![0]!.AsObject().Remove("kid");
        using var address = new ReservedAddress();
        await using var restarted = await RunningService.StartAsync(
            AuthorizationServer.Program.Build,
            address,
            Fixture.DataDirectory,
            Fixture.Settings(("AuthorizationServer:Clients:2:Jwks", set.ToJsonString())),
            Fixture.Time);

        Assert.Equal(200, await StatusAsync(restarted, Fixture.MakerC.Make()));
    }

    [Fact]
    public async Task The_trace_of_an_inline_key_has_no_fetch()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await Fixture.SendAsync(Fixture.MakerB.Make());
        await Fixture.SendAsync(Fixture.MakerC.Make());

        // Other tests' spans are among them, so each fetch is told by the assertion it belongs to.
        var traces = spans.Where(span => span.DisplayName == "validate client assertion").ToLookup(
            span => span.GetTagItem("client_id") as string, span => span.SpanId);
        bool Fetched(string client) => spans.Any(span => span.DisplayName == "fetch client JWKS" && traces[client].Contains(span.ParentSpanId));
        Assert.NotEmpty(traces[TokenEndpointFixture.ClientC]);
        Assert.True(Fetched(TokenEndpointFixture.ClientB));
        Assert.False(Fetched(TokenEndpointFixture.ClientC));
    }

    [Fact]
    [Trait("Rule", "AS-12")]
    public async Task The_operator_of_the_key_registry_may_manage_partners_and_nothing_else()
    {
        using var address = new ReservedAddress();
        using var directory = new TemporaryDirectory();
        var addresses = new SystemAddresses(address.Address, "http://registry.example", "http://orders.example");
        var maker = new AssertionMaker(RSA.Create(2048), SystemSettings.OperatorClientId, address.Address, TimeProvider.System);
        await using var server = await RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, directory.Path, SystemSettings.ForAuthorizationServer(addresses, maker.Set()));

        var granted = await TokenEndpointFixture.PostAsync(server, maker.Make(), ("scope", SystemSettings.PartnersManageScope));
        var refused = await TokenEndpointFixture.PostAsync(server, maker.Make(), ("scope", SystemSettings.KeysScope));

        Assert.Equal(addresses.JwksService, granted.AccessTokenClaims.GetProperty("aud").GetString());
        Assert.Equal(SystemSettings.PartnersManageScope, granted.AccessTokenClaims.GetProperty("scope").GetString());
        Assert.Equal((400, "invalid_scope"), (refused.Status, refused.Error));
    }

    private long Now() => Fixture.Time.GetUtcNow().ToUnixTimeSeconds();

    private void AssertNothingWasFetched() => Assert.Equal((0, 0), (Fixture.JwksA.Requests, Fixture.JwksB.Requests));

    private static async Task<int> StatusAsync(RunningService server, string assertion) =>
        (await TokenEndpointFixture.PostAsync(server, assertion)).Status;
}
