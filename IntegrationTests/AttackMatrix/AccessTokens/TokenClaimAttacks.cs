using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.OrdersApiTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix.AccessTokens;

/// <summary>Tokens that the issuer did sign, for another API, another time or another purpose.</summary>
public sealed class TokenClaimAttacks(AttackedApi api) : TokenAttackTests(api)
{
    private static readonly JsonNode?[] OtherTypes =
    [
        null, "", "JWT", "jwt", "at+jwt ", "text/at+jwt", "application/application/at+jwt", "client-authentication+jwt", "dpop+jwt", "key-proof+jwt", "logout+jwt", "id_token",
    ];

    private static readonly Func<string, JsonNode?>[] OtherIssuers =
        [_ => null, _ => "", _ => "https://issuer.example", own => $"{own}/", own => own.ToUpperInvariant(), own => $"{own} ", own => $"{own}\0", own => $"{own}/../"];

    private static readonly Func<string, JsonNode?>[] OtherAudiences =
    [
        _ => null, _ => "", _ => "https://other.example", own => $"{own}/", own => $"{own}/orders", own => own.ToUpperInvariant(), own => $"{own} ", own => $"{own},x",
        own => $"{own} https://other.example", _ => new JsonArray(), _ => new JsonArray("https://other.example"), own => new JsonArray($"{own}/"),
    ];

    private static readonly JsonNode?[] NoClients =
        [null, "", 1, true, new JsonArray(), new JsonArray("partner-api-client", OrdersSystem.OtherPartner), new JsonObject()];

    private static readonly JsonNode?[] NotRead =
    [
        null, "", "READ", "reading", "xread", "read.all", "read,write", "read;write", "write", "orders:read", "read\twrite", "read\u00a0write", "\"read\"", 1, true,
        new JsonArray(), new JsonArray("READ"), new JsonArray("reading", "xread"), new JsonObject { ["read"] = true },
    ];

    private static readonly TokenAttack[] Attacks =
    [
        TokenAttack.With("no typ", "type", attempt => attempt.Es256(header => header.Remove("typ"))),
        .. OtherTypes.Select(typ => TokenAttack.With(
            $"typ {typ?.ToJsonString() ?? "null"}", "type", attempt => attempt.Es256(header => header["typ"] = typ?.DeepClone()))),
        TokenAttack.With("like an ID token", "type", attempt => attempt.Es256(
            header => header["typ"] = "JWT",
            claims => (claims["aud"], claims["nonce"]) = ("partner-api-client", "n-0S6_WzA2Mj"))),
        TokenAttack.With("a client assertion", "type", attempt => attempt.Api.Partner.Make()),
        TokenAttack.With("a client assertion for this API, with the claims of a token", "type", attempt => attempt.Api.Partner.Make(
            claims: claims => (claims["aud"], claims["client_id"], claims["scope"]) = (attempt.Api.System.Api.Address, "partner-api-client", "read"))),
        TokenAttack.With("a client assertion with the typ of a token", "issuer", attempt => attempt.Api.Partner.Make(
            header => header["typ"] = "at+jwt",
            claims =>
            {
                (claims["aud"], claims["client_id"], claims["scope"]) = (attempt.Api.System.Api.Address, "partner-api-client", "read");
                claims["iat"] = attempt.Now - 60;
            })),
        TokenAttack.With("no iss", "issuer", attempt => attempt.Es256(claims: claims => claims.Remove("iss"))),
        .. OtherIssuers.Select((issuer, index) => TokenAttack.With(
            $"iss {index}", "issuer", attempt => attempt.Es256(claims: claims => claims["iss"] = issuer(attempt.Api.System.Issuer.Address)))),
        TokenAttack.With("no aud", "audience", attempt => attempt.Es256(claims: claims => claims.Remove("aud"))),
        .. OtherAudiences.Select((audience, index) => TokenAttack.With(
            $"aud {index}", "audience", attempt => attempt.Es256(claims: claims => claims["aud"] = audience(attempt.Api.System.Api.Address)))),
        Time("exp just past the skew", "expiry", (claims, now) => claims["exp"] = now - 10),
        Time("exp an hour past", "expiry", (claims, now) => claims["exp"] = now - 3600),
        Time("exp zero", "expiry", (claims, _) => claims["exp"] = 0),
        Time("exp negative", "form", (claims, _) => claims["exp"] = -1),
        Time("exp in milliseconds", "form", (claims, now) => claims["exp"] = now * 1000),
        Time("exp a fraction past the skew", "expiry", (claims, now) => claims["exp"] = now - 10.5),
        Time("no exp", "expiry", (claims, _) => claims.Remove("exp")),
        Time("exp as text", "form", (claims, now) => claims["exp"] = "later"),
        Time("exp as the text of a number", "form", (claims, now) => claims["exp"] = $"{now + 60}"),
        Time("nbf as the text of a number", "form", (claims, now) => claims["nbf"] = $"{now}"),
        Time("iat as the text of a number", "form", (claims, now) => claims["iat"] = $"{now}"),
        .. new[] { "exp", "nbf", "iat" }.SelectMany(name => new[]
        {
            Time($"{name} after the end of all time", "form", (claims, _) => claims[name] = 253402300800),
            Time($"{name} the largest of 64 bits", "form", (claims, _) => claims[name] = long.MaxValue),
            Time($"{name} null", "form", (claims, _) => claims[name] = null),
        }),
        Time("exp as an array", "form", (claims, now) => claims["exp"] = new JsonArray(now + 60)),
        Time("exp true", "form", (claims, _) => claims["exp"] = true),
        Time("nbf just past the skew", "not_before", (claims, now) => claims["nbf"] = now + 11),
        Time("nbf an hour ahead", "not_before", (claims, now) => claims["nbf"] = now + 3600),
        TokenAttack.With("no client_id", "client_id", attempt => attempt.Es256(claims: claims => claims.Remove("client_id"))),
        .. NoClients.Select(client => TokenAttack.With(
            $"client_id {client?.ToJsonString() ?? "null"}", "client_id", attempt => attempt.Es256(claims: claims => claims["client_id"] = client?.DeepClone()))),
        Scope("no scope", claims => claims.Remove("scope")),
        .. NotRead.Select(scope => Scope($"scope {scope?.ToJsonString() ?? "null"}", claims => claims["scope"] = scope?.DeepClone())),
        Scope("scope under the name scp", claims =>
        {
            claims.Remove("scope");
            claims["scp"] = "read";
        }),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => TokenAttack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_token_that_is_not_for_this_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    [Fact]
    [Trait("Rule", "RS-06")]
    public async Task A_token_of_another_partner_shows_none_of_this_partners_orders()
    {
        var attempt = new TokenAttempt(Api);
        var own = await Api.System.GetAsync("/orders", attempt.Es256());
        var others = await Api.System.GetAsync(
            "/orders", attempt.Es256(claims: claims => claims["client_id"] = OrdersSystem.OtherPartner));

        Assert.NotEmpty(own.OrderIds());
        Assert.Empty(own.OrderIds().Intersect(others.OrderIds()));
    }

    private static TokenAttack Time(string name, string check, Action<JsonObject, long> change) =>
        TokenAttack.With(name, check, attempt => attempt.Es256(claims: claims => change(claims, attempt.Now)));

    /// <summary>RFC 6750 §3.1: the token is good, but not for this.</summary>
    private static TokenAttack Scope(string name, Action<JsonObject> change) =>
        new(name, "RS-05", null, attempt => attempt.Bearing(attempt.Es256(claims: change)))
        {
            Status = 403,
            Code = "scope_missing",
            Challenge = "error=\"insufficient_scope\", scope=\"read\", ",
        };
}
