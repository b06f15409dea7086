using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>The issuer's keys: read at first use, again when a token needs it, and what happens while they cannot be read.</summary>
[Trait("Rule", "RS-02")]
public sealed class IssuerKeysTests
{
    private static readonly TimeSpan LongerThanPause = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan LongerThanFresh = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan LongerThanUsable = TimeSpan.FromMinutes(61);

    [Fact]
    [Trait("Rule", "RS-04")]
    public async Task An_issuer_that_is_away_is_a_503_until_it_is_back()
    {
        await using var system = await OrdersSystem.StartAsync();
        system.Issuer.IsDown = true;

        var answer = await system.GetAsync("/orders", system.Token().Make());

        Assert.Equal((503, "authorization_server_unavailable", "5"), (answer.Status, answer.Code, answer.RetryAfter));
        Assert.Null(answer.Challenge);

        system.Issuer.IsDown = false;
        system.Time.Advance(LongerThanPause);
        Assert.Equal(200, (await system.GetAsync("/orders", system.Token().Make())).Status);
    }

    [Fact]
    public async Task An_API_without_keys_is_unhealthy_and_says_so_once_until_it_has_read_them()
    {
        await using var system = await OrdersSystem.StartAsync();
        system.Issuer.IsDown = true;

        for (var probe = 0; probe < 3; probe++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await HealthAsync(system));
            system.Time.Advance(LongerThanPause);
        }

        Assert.Single(system.Api.Logs.Lines, line => line.Contains("The issuer's keys cannot be read", StringComparison.Ordinal));
        Assert.Single(system.Api.Logs.Lines, line => line.Contains("Health is Unhealthy from now on. issuer-keys: ", StringComparison.Ordinal));

        system.Issuer.IsDown = false;
        Assert.Equal(HttpStatusCode.OK, await HealthAsync(system));
        Assert.Equal(200, (await system.GetAsync("/orders", system.Token().Make())).Status);
    }

    private static async Task<HttpStatusCode> HealthAsync(OrdersSystem system)
    {
        using var response = await system.Api.Client.GetAsync("/health", TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    [Fact]
    public async Task An_issuer_that_is_away_is_not_asked_by_every_request()
    {
        await using var system = await OrdersSystem.StartAsync();
        system.Issuer.IsDown = true;

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => system.GetAsync("/orders", system.Token().Make())));

        Assert.All(answers, answer => Assert.Equal(503, answer.Status));
        Assert.Equal(1, system.Issuer.MetadataRequests);
    }

    [Fact]
    public async Task Metadata_that_names_another_issuer_is_refused()
    {
        await using var system = await OrdersSystem.StartAsync();
        system.Issuer.NamedIssuer = system.Issuer.Address + "/";

        Assert.Equal(503, (await system.GetAsync("/orders", system.Token().Make())).Status);
        Assert.Contains(system.Api.Logs.Lines, line => line.Contains("names the issuer", StringComparison.Ordinal));
    }

    /// <summary>Issue 14, rows 1, 2 and 20: an odd key of the issuer's costs nobody the good one, and is named.</summary>
    [Fact]
    public async Task Odd_keys_of_the_issuer_and_byte_order_marks_are_no_outage()
    {
        await using var system = await OrdersSystem.StartAsync();
        var good = PublicJwk.FromKey(system.Issuer.EcKey).ToJson();
        (good["key_ops"], good["oth"], good["x5c"]) = (new JsonArray(), new JsonArray(), new JsonArray());
        system.Issuer.MetadataPrefix = "\uFEFF";
        system.Issuer.Jwks = $$"""{{"\uFEFF"}}{"keys":[{"kty":"RSA","kid":"null-d","d":null},{"kty":"EC","kty":"EC"},{"kty":"EC","kid":5},{{good.ToJsonString()}}]}""";

        Assert.Equal(200, (await system.GetAsync("/orders", system.Token().Make())).Status);
        Assert.Contains(system.Api.Logs.Lines, line => line.Contains(
            "left out: key 1, kid 'null-d' (jwk_malformed), key 2 (jwk_malformed), key 3 (jwk_malformed).", StringComparison.Ordinal));
    }

    /// <summary>Then its kid is its thumbprint (RFC 7638), and no other kid finds it.</summary>
    [Fact]
    public async Task A_key_of_the_issuer_without_a_kid_goes_by_its_thumbprint()
    {
        await using var system = await OrdersSystem.StartAsync();
        var key = PublicJwk.FromKey(system.Issuer.EcKey).ToJson();
        key.Remove("kid");
        system.Issuer.Jwks = new JsonObject { ["keys"] = new JsonArray(key) }.ToJsonString();
        var another = system.Token();
        another.Header["kid"] = "server-key";

        Assert.Equal(200, (await system.GetAsync("/orders", system.Token().Make())).Status);
        Assert.Equal(401, (await system.GetAsStrangerAsync("/orders", another.Make())).Status);
        Assert.Contains(system.Api.Logs.Lines, line => line.Contains("(token_invalid): key, ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]", "is refused (jwks_malformed): The JWK Set is not a JSON object.")]
    [InlineData("""{"keys":[{"kty":"EC","kid":"leaked","d":"c2VjcmV0"}]}""", "is refused (jwk_private): key 1, kid 'leaked': The JWK holds the private member 'd'.")]
    public async Task A_set_of_the_issuer_that_cannot_be_used_is_told_by_its_own_reason(string jwks, string told)
    {
        await using var system = await OrdersSystem.StartAsync();
        system.Issuer.Jwks = jwks;

        Assert.Equal(503, (await system.GetAsync("/orders", system.Token().Make())).Status);
        Assert.Contains(system.Api.Logs.Lines, line => line.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metadata_of_an_issuer_with_a_path_lies_between_host_and_path()
    {
        await using var system = await OrdersSystem.StartAsync(issuerPath: "/tenant/one");

        Assert.Equal(200, (await system.GetAsync("/orders", system.Token().Make())).Status);
    }

    [Fact]
    [Trait("Rule", "RS-09")]
    public async Task The_first_token_of_a_new_key_is_accepted()
    {
        await using var system = await StartWithKeysReadAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        system.Issuer.Published = [PublicJwk.FromKey(key)];
        system.Time.Advance(LongerThanPause);

        Assert.Equal(200, (await system.GetAsync("/orders", system.Token().SignedBy(key).Make())).Status);
    }

    [Fact]
    [Trait("Rule", "RS-09")]
    public async Task Unknown_keys_do_not_flood_the_issuer()
    {
        await using var system = await StartWithKeysReadAsync();
        using var unknown = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        system.Time.Advance(LongerThanPause);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => system.GetAsync("/orders", system.Token().SignedBy(unknown).Make())));

        Assert.All(answers, answer => Assert.Equal(401, answer.Status));
        Assert.Equal(2, system.Issuer.MetadataRequests);
    }

    [Fact]
    public async Task A_withdrawn_key_stops_working()
    {
        await using var system = await StartWithKeysReadAsync();
        system.Issuer.Published = [PublicJwk.FromKey(system.Issuer.RsaKey)];
        system.Time.Advance(LongerThanFresh);

        Assert.Equal(401, (await system.GetAsync("/orders", system.Token().Make())).Status);
    }

    [Fact]
    public async Task Keys_read_before_an_outage_serve_through_it_for_an_hour()
    {
        await using var system = await StartWithKeysReadAsync();
        system.Issuer.IsDown = true;

        system.Time.Advance(LongerThanFresh);
        Assert.Equal(200, (await system.GetAsync("/orders", system.Token().Make())).Status);

        system.Time.Advance(LongerThanUsable);
        Assert.Equal(503, (await system.GetAsync("/orders", system.Token().Make())).Status);
    }

    private static async Task<OrdersSystem> StartWithKeysReadAsync()
    {
        var system = await OrdersSystem.StartAsync();
        Assert.Equal(200, (await system.GetAsync("/orders", system.Token().Make())).Status);
        Assert.Equal(1, system.Issuer.MetadataRequests);
        return system;
    }
}
