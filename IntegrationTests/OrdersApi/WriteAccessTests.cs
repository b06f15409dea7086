using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>Who changes orders needs the scope write, and a client that has authenticated itself by a strong method.</summary>
[Trait("Rule", "RS-07")]
public abstract class WriteAccessTests(SharedOrders shared, DatabaseProvider provider) : StoredOrdersTests(shared, provider)
{
    [Theory]
    [InlineData("read")]
    [InlineData("read writer rewrite WRITE")]
    [InlineData("")]
    public async Task Without_the_scope_write_nothing_is_changed(string scope)
    {
        var token = Orders.Token(Partner, scope).Make();

        foreach (var answer in await TryToChangeAsync(token))
        {
            Assert.Equal((403, "scope_missing"), (answer.Status, answer.Code));
            Assert.Equal($"Bearer error=\"insufficient_scope\", scope=\"write\", {Orders.ResourceMetadata}", answer.Challenge);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("\"client_secret_basic\"")]
    [InlineData("\"none\"")]
    [InlineData("\"\"")]
    [InlineData("\"PRIVATE_KEY_JWT\"")]
    [InlineData("\"private_key_jwt client_secret_post\"")]
    [InlineData("\"tls_client_auth\"")]
    [InlineData("[\"private_key_jwt\",\"client_secret_basic\"]")]
    [InlineData("[\"private_key_jwt\"]")]
    [InlineData("{\"method\":\"private_key_jwt\"}")]
    [InlineData("true")]
    public async Task After_any_other_client_authentication_nothing_is_changed(string? method)
    {
        var token = Orders.Writer(Partner);
        token.Claims["client_auth_method"] = method is null ? null : JsonNode.Parse(method);
        if (method is null)
        {
            token.Claims.Remove("client_auth_method");
        }

        foreach (var answer in await TryToChangeAsync(token.Make()))
        {
            Assert.Equal((403, "client_authentication_weak", "application/problem+json"), (answer.Status, answer.Code, answer.MediaType));
            Assert.Equal($"Bearer {Orders.ResourceMetadata}", answer.Challenge);
        }
    }

    [Fact]
    public async Task The_log_says_what_was_expected_and_found()
    {
        var token = Orders.Writer(Partner);
        token.Claims["client_auth_method"] = "client_secret_basic";

        await Orders.PlaceAsync(token.Make(), OrderSteps.NewKey());

        Assert.Contains(Orders.Api.Logs.Lines, line => line.Contains(
            $"Request of client {Partner} refused (client_authentication_weak): client_auth_method, expected private_key_jwt, found client_secret_basic.",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_token_nothing_is_changed()
    {
        Assert.All(await TryToChangeAsync(token: null), answer => Assert.Equal((401, "token_missing"), (answer.Status, answer.Code)));
        Assert.All(await TryToChangeAsync("no-token"), answer => Assert.Equal((401, "token_invalid"), (answer.Status, answer.Code)));
    }

    [Fact]
    public async Task The_scope_write_is_enough_to_change_and_not_to_read()
    {
        var token = Orders.Token(Partner, "write").Make();

        var placed = await Orders.PlaceAsync(token, OrderSteps.NewKey());

        Assert.Equal(201, placed.Status);
        Assert.Equal(200, (await Orders.CancelAsync((string)placed.Body!["id"]!, token)).Status);
        Assert.Equal("scope_missing", (await Orders.GetAsync(placed.Location!, token)).Code);
    }

    [Fact]
    public async Task Reading_asks_for_no_strong_method()
    {
        var token = Orders.Token(Partner);
        token.Claims.Remove("client_auth_method");

        Assert.Equal(200, (await Orders.GetAsync("/orders", token.Make())).Status);
    }

    /// <summary>Tries to place and to cancel: the partner's one order stays as it is.</summary>
    private async Task<ApiAnswer[]> TryToChangeAsync(string? token)
    {
        var reader = Orders.Token(Partner).Make();
        var id = await Orders.PlacedAsync(Partner);
        var before = await Orders.GetAsync("/orders", reader);

        ApiAnswer[] answers = [await Orders.PlaceAsync(token, OrderSteps.NewKey()), await Orders.CancelAsync(id, token)];

        Assert.Equal(before.Text, (await Orders.GetAsync("/orders", reader)).Text);
        return answers;
    }
}

public sealed class WriteAccessTestsOnSqlite(SharedOrders shared)
    : WriteAccessTests(shared, DatabaseProvider.Sqlite), IClassFixture<SharedOrders>;

public sealed class WriteAccessTestsOnPostgreSql(SharedOrders shared)
    : WriteAccessTests(shared, DatabaseProvider.PostgreSql), IClassFixture<SharedOrders>;

[Trait("Rule", "RS-07")]
public sealed class WriteAccessSettingsTests
{
    [Fact]
    public async Task A_method_that_the_settings_name_replaces_the_default()
    {
        await using var orders = await OrdersSystem.StartAsync(new()
        {
            ["OrdersApi:ClientAuthenticationMethods:0"] = "tls_client_auth",
            ["OrdersApi:ClientAuthenticationMethods:1"] = "self_signed_tls_client_auth",
        });

        foreach (var (method, status) in new[] { ("tls_client_auth", 201), ("self_signed_tls_client_auth", 201), ("private_key_jwt", 403) })
        {
            var token = orders.Writer("a-partner");
            token.Claims["client_auth_method"] = method;
            Assert.Equal((method, status), (method, (await orders.PlaceAsync(token.Make(), OrderSteps.NewKey())).Status));
        }
    }
}
