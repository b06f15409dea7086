using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.ResourceServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>
/// Tokens of servers that know neither at+jwt nor client_id, such as Curity, by explicit settings: and what is no access token is refused all
/// the same.
/// </summary>
[Trait("Rule", "RS-10")]
public sealed class OtherServersTests(OtherServersTests.Loosened loosened) : IClassFixture<OtherServersTests.Loosened>
{
    private const string Partner = "partner-of-another-server";

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["OrdersApi:ValidTypes:0"] = "at+jwt",
        ["OrdersApi:ValidTypes:1"] = "JWT",
        ["OrdersApi:ValidTypes:2"] = "absent",
        ["OrdersApi:ClientIdClaim"] = "sub",
    };

    private OrdersSystem Orders => loosened.Orders;

    [Theory]
    [InlineData(null)]
    [InlineData("JWT")]
    [InlineData("at+jwt")]
    [InlineData("application/at+jwt")]
    [InlineData("jwt")] // issue 14, row 12: case does not matter (RFC 7515 §4.1.9)
    [InlineData("AT+JWT")]
    public async Task The_subject_is_the_partner_whatever_of_the_types_the_token_names(string? type)
    {
        var id = await Orders.PlacedAsync(Partner);

        var answer = await Orders.GetAsync($"/orders/{id}", Untyped(type).Make());

        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData("at+jwt")]
    [InlineData(null)]
    public async Task A_token_that_has_both_claims_still_works(string? type)
    {
        var token = Untyped(type);
        token.Claims["client_id"] = Partner;

        Assert.Equal(200, (await Orders.GetAsync("/orders", token.Make())).Status);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("client-authentication+jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("logout+jwt")]
    public Task Other_types_stay_refused(string type) => AssertRefusedAsync("type", Untyped(type));

    [Theory]
    [InlineData("\"another-client\"")]
    [InlineData("\"\"")]
    [InlineData("[\"partner-of-another-server\",\"another-client\"]")]
    [InlineData("[\"partner-of-another-server\"]")]
    [InlineData("1")]
    [InlineData("null")]
    public Task A_client_id_that_is_not_the_subject_is_refused(string clientId) =>
        AssertRefusedAsync("client_id", Untyped(null, token => token.Claims["client_id"] = JsonNode.Parse(clientId)));

    /// <summary>A user with a partner's name, who let another client get the token: RFC 9068 §5.</summary>
    [Theory]
    [InlineData("\"another-client\"", "azp")]
    [InlineData("null", "azp")]
    [InlineData("[\"partner-of-another-server\"]", "form")]
    public Task An_authorized_party_that_is_not_the_subject_is_refused(string party, string check) =>
        AssertRefusedAsync(check, Untyped("at+jwt", token => token.Claims["azp"] = JsonNode.Parse(party)));

    [Fact]
    public async Task An_authorized_party_that_is_the_subject_is_the_partner() =>
        Assert.Equal(200, (await Orders.GetAsync("/orders", Untyped(null, token => token.Claims["azp"] = Partner).Make())).Status);

    [Theory]
    [InlineData("null", "sub")]
    [InlineData("[\"partner-of-another-server\"]", "form")]
    [InlineData("\" \"", "sub")]
    [InlineData("[\"a\",\"b\"]", "form")]
    public Task A_subject_that_is_not_one_string_is_refused(string subject, string check) =>
        AssertRefusedAsync(check, Untyped(null, token => token.Claims["sub"] = JsonNode.Parse(subject)));

    /// <summary>An ID token for a client whose name the API's audience happens to be: OpenID Connect Core §2.</summary>
    [Theory]
    [InlineData("JWT")]
    [InlineData(null)]
    public Task An_id_token_is_refused(string? type) => AssertRefusedAsync("kind", Untyped(type, token =>
    {
        token.Claims.Remove("scope");
        token.Claims.Remove("purpose");
        token.Claims["auth_time"] = token.Claims["iat"]!.DeepClone();
    }));

    [Theory]
    [InlineData("nonce", "\"n-0S6_WzA2Mj\"")]
    [InlineData("at_hash", "\"77QmUPtjPfzWtF2AnpK9RQ\"")]
    [InlineData("c_hash", "\"LDktKdoQak3Pk0cnXxCltA\"")]
    [InlineData("events", "{\"http://schemas.openid.net/event/backchannel-logout\":{}}")]
    [InlineData("code", "\"SplxlOBeZQQYbYS6WxSbIA\"")]
    [InlineData("purpose", "\"id\"")]
    [InlineData("purpose", "[\"access_token\"]")]
    public Task A_token_with_a_claim_of_another_kind_is_refused_though_it_has_a_scope(string claim, string value) =>
        AssertRefusedAsync("kind", Untyped(null, token => token.Claims[claim] = JsonNode.Parse(value)));

    [Fact]
    public async Task An_id_token_is_refused_for_its_audience_first() => await AssertRefusedAsync("audience", Untyped("JWT", token =>
    {
        token.Claims["aud"] = Partner;
        token.Claims["nonce"] = "n-0S6_WzA2Mj";
    }));

    [Fact]
    public async Task The_claims_of_other_kinds_are_no_matter_where_the_type_says_access_token()
    {
        var token = Untyped("at+jwt");
        token.Claims["code"] = "of-the-department";

        Assert.Equal(200, (await Orders.GetAsync("/orders", token.Make())).Status);
    }

    /// <summary>As the partner makes it: its own issuer, for the authorization server, with its own key.</summary>
    [Fact]
    public async Task A_client_assertion_is_refused()
    {
        using var partnersKey = System.Security.Cryptography.RSA.Create(2048);

        await AssertRefusedAsync("issuer", Assertion().SignedBy(partnersKey));
    }

    /// <summary>Even if partner and authorization server had a key in common, or the assertion named this API.</summary>
    [Fact]
    public async Task A_client_assertion_is_refused_by_each_of_its_claims()
    {
        await AssertRefusedAsync("audience", Assertion());
        var forThisApi = Assertion();
        forThisApi.Claims["aud"] = Orders.Api.Address;
        await AssertRefusedAsync("issuer", forThisApi);
        forThisApi.Claims["iss"] = Orders.Issuer.Address;
        await AssertRefusedAsync("kind", forThisApi);
    }

    [Fact]
    public void Each_looser_setting_is_a_warning_that_names_its_rules()
    {
        foreach (var (rule, setting) in new[] { ("RS-02", "ValidTypes"), ("RS-10", "ValidTypes"), ("RS-10", "ClientIdClaim") })
        {
            Assert.Single(Orders.Api.Logs.Lines, line =>
                line.StartsWith("Warning ", StringComparison.Ordinal)
                && line.Contains($"Rule {rule} is loosened by the setting OrdersApi:{setting}.", StringComparison.Ordinal));
        }

        Assert.Contains(Orders.Api.Logs.Lines, line => line.Contains(
            $"The issuer must issue tokens for {Orders.Api.Address} by client_credentials alone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_strict_settings_accept_none_of_it_and_warn_of_nothing()
    {
        await using var strict = await OrdersSystem.StartAsync();
        var typed = strict.Token();
        typed.Claims.Remove("client_id");
        var untyped = strict.Token();
        untyped.Header.Remove("typ");

        Assert.Equal("token_invalid", (await strict.GetAsync("/orders", typed.Make())).Code);
        Assert.Equal("token_invalid", (await strict.GetAsync("/orders", untyped.Make())).Code);
        Assert.DoesNotContain(strict.Api.Logs.Lines, line => line.Contains("is loosened", StringComparison.Ordinal));
    }

    /// <summary>As Curity makes it: no client_id, a purpose.</summary>
    private AccessTokenMaker Untyped(string? type, Action<AccessTokenMaker>? change = null)
    {
        var token = Orders.Token(Partner);
        token.Header.Remove("typ");
        if (type is not null)
        {
            token.Header["typ"] = type;
        }

        token.Claims.Remove("client_id");
        token.Claims["purpose"] = "access_token";
        change?.Invoke(token);
        return token;
    }

    private AccessTokenMaker Assertion() => Untyped("JWT", token =>
    {
        token.Claims["iss"] = Partner;
        token.Claims["aud"] = Orders.Issuer.Address;
        token.Claims.Remove("scope");
        token.Claims.Remove("purpose");
    });

    private async Task AssertRefusedAsync(string check, AccessTokenMaker token)
    {
        var linesBefore = Orders.Api.Logs.Lines.Count;

        var answer = await Orders.GetAsStrangerAsync("/orders", token.Make());

        Assert.Equal((401, "token_invalid"), (answer.Status, answer.Code));
        Assert.Single(Orders.Api.Logs.Lines.Skip(linesBefore), line => line.Contains($"(token_invalid): {check}, ", StringComparison.Ordinal));
    }

    public sealed class Loosened : IAsyncLifetime
    {
        internal OrdersSystem Orders { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Orders = await OrdersSystem.StartAsync(Settings);

        public ValueTask DisposeAsync() => Orders.DisposeAsync();
    }
}
