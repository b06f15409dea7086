using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.OrdersApi.Database;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>Cancelling an order, which is the one change of an order that partners make.</summary>
public abstract class CancelOrderTests(SharedOrders shared, DatabaseProvider provider) : StoredOrdersTests(shared, provider)
{
    private string Token => Orders.Writer(Partner).Make();

    public static TheoryData<string> TagsOfOthers => new("\"0.1\"", "W/\"0.1\"", "\"0.1\", \"0.2\"");

    public static TheoryData<string> TagsThatFit => new("{tag}", "*", "\"0.1\", {tag}");

    [Theory]
    [InlineData("Received")]
    [InlineData("Confirmed")]
    public async Task An_order_that_has_not_left_is_cancelled(string status)
    {
        var id = await Orders.PlacedAsync(Partner, Enum.Parse<OrderStatus>(status));
        var before = await Orders.GetAsync($"/orders/{id}", Token);

        var answer = await Orders.CancelAsync(id, Token);
        var after = await Orders.GetAsync($"/orders/{id}", Token);

        Assert.Equal((200, "cancelled", "no-store"), (answer.Status, (string?)answer.Body!["status"], answer.CacheControl));
        Assert.Equal((answer.Text, answer.ETag), (after.Text, after.ETag));
        Assert.NotEqual(before.ETag, after.ETag);
    }

    [Theory]
    [InlineData("Shipped")]
    [InlineData("Delivered")]
    public async Task An_order_that_has_left_is_not(string status)
    {
        var id = await Orders.PlacedAsync(Partner, Enum.Parse<OrderStatus>(status));
        var before = await Orders.GetAsync($"/orders/{id}", Token);

        // What the order is comes before what the request says of it (RFC 9110 §13.2.1).
        foreach (var ifMatch in new[] { null, "\"0.1\"", before.ETag })
        {
            var answer = await Orders.CancelAsync(id, Token, ifMatch);
            Assert.Equal((409, "order_state"), (answer.Status, answer.Code));
        }

        Assert.Equal(before.Seen(), (await Orders.GetAsync($"/orders/{id}", Token)).Seen());
    }

    [Fact]
    public async Task Cancelling_twice_is_answered_alike_also_with_the_condition_of_the_first_time()
    {
        var id = await Orders.PlacedAsync(Partner);
        var tag = (await Orders.GetAsync($"/orders/{id}", Token)).ETag;

        var first = await Orders.CancelAsync(id, Token, tag);
        var second = await Orders.CancelAsync(id, Token, tag);

        Assert.Equal(200, first.Status);
        Assert.Equal(first.Seen(), second.Seen());
    }

    [Theory]
    [MemberData(nameof(TagsThatFit))]
    public async Task A_condition_that_is_met_lets_the_change_happen(string ifMatch)
    {
        var id = await Orders.PlacedAsync(Partner);
        var tag = (await Orders.GetAsync($"/orders/{id}", Token)).ETag;

        Assert.Equal(200, (await Orders.CancelAsync(id, Token, ifMatch.Replace("{tag}", tag, StringComparison.Ordinal))).Status);
    }

    [Theory]
    [MemberData(nameof(TagsOfOthers))]
    public async Task A_condition_that_is_not_met_changes_nothing(string ifMatch)
    {
        var id = await Orders.PlacedAsync(Partner);
        var before = await Orders.GetAsync($"/orders/{id}", Token);

        var answer = await Orders.CancelAsync(id, Token, ifMatch.Replace("{tag}", before.ETag, StringComparison.Ordinal));

        Assert.Equal((412, "order_changed"), (answer.Status, answer.Code));
        Assert.Equal(before.Seen(), (await Orders.GetAsync($"/orders/{id}", Token)).Seen());
    }

    [Theory]
    [InlineData("W/{tag}")]
    [InlineData("\"0.1\", W/{tag}")]
    public async Task A_weak_tag_of_this_version_is_called_weak_not_changed(string ifMatch)
    {
        var id = await Orders.PlacedAsync(Partner);
        var tag = (await Orders.GetAsync($"/orders/{id}", Token)).ETag;

        Assert.Equal((412, "if_match_weak"), await StatusAndCodeAsync(id, ifMatch.Replace("{tag}", tag, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_version_that_has_passed_is_not_met()
    {
        var id = await Orders.PlacedAsync(Partner);
        var seen = (await Orders.GetAsync($"/orders/{id}", Token)).ETag;
        await Orders.MoveAsync(id, OrderStatus.Confirmed);

        Assert.Equal((412, "order_changed"), await StatusAndCodeAsync(id, seen));
        Assert.Equal("confirmed", (string?)(await Orders.GetAsync($"/orders/{id}", Token)).Body!["status"]);
        Assert.Equal(200, (await Orders.CancelAsync(id, Token, (await Orders.GetAsync($"/orders/{id}", Token)).ETag)).Status);
    }

    [Fact]
    public async Task The_version_of_another_order_is_not_met()
    {
        var id = await Orders.PlacedAsync(Partner);
        var other = (await Orders.GetAsync($"/orders/{await Orders.PlacedAsync(Partner)}", Token)).ETag;

        Assert.Equal((412, "order_changed"), await StatusAndCodeAsync(id, other));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("\"1")]
    [InlineData("\"1.1\" x")]
    public async Task A_condition_that_cannot_be_read_changes_nothing(string ifMatch)
    {
        var id = await Orders.PlacedAsync(Partner);

        Assert.Equal((400, "malformed_request"), await StatusAndCodeAsync(id, ifMatch));
        Assert.Equal("received", (string?)(await Orders.GetAsync($"/orders/{id}", Token)).Body!["status"]);
    }

    [Fact]
    [Trait("Rule", "RS-06")]
    public async Task A_foreign_order_is_answered_like_one_that_does_not_exist_and_stays_as_it_is()
    {
        var owner = $"{Partner}-owner";
        var id = await Orders.PlacedAsync(owner);
        var before = await Orders.GetAsync($"/orders/{id}", Orders.Writer(owner).Make());

        foreach (var ifMatch in new[] { null, "*", before.ETag, "\"0.1\"" })
        {
            var foreign = await Orders.CancelAsync(id, Token, ifMatch);
            var missing = await Orders.CancelAsync("ord-999999", Token, ifMatch);
            var impossible = await Orders.CancelAsync("no-id", Token, ifMatch);

            Assert.Equal((404, "order_not_found", null), (foreign.Status, foreign.Code, foreign.ETag));
            Assert.Equal(WithoutTraceId(missing.Body!), WithoutTraceId(foreign.Body!));
            Assert.Equal(WithoutTraceId(missing.Body!), WithoutTraceId(impossible.Body!));
        }

        Assert.Equal(before.Seen(), (await Orders.GetAsync($"/orders/{id}", Orders.Writer(owner).Make())).Seen());
    }

    [Fact]
    public async Task At_the_same_moment_on_two_replicas_it_is_cancelled_once()
    {
        await using var replica = await Orders.StartReplicaAsync();
        var id = await Orders.PlacedAsync(Partner);
        var tag = (await Orders.GetAsync($"/orders/{id}", Token)).ETag!;
        var token = Token;

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number =>
            Orders.CancelAsync(id, token, tag, number % 2 == 0 ? replica : null)));

        Assert.All(answers, answer => Assert.Equal(answers[0].Seen(), answer.Seen()));
        Assert.Equal((200, tag.Replace(".1\"", ".2\"", StringComparison.Ordinal)), (answers[0].Status, answers[0].ETag));
    }

    private async Task<(int Status, string? Code)> StatusAndCodeAsync(string id, string? ifMatch)
    {
        var answer = await Orders.CancelAsync(id, Token, ifMatch);
        return (answer.Status, answer.Code);
    }

    private static string WithoutTraceId(JsonNode body)
    {
        var rest = (JsonObject)body.DeepClone();
        Assert.True(rest.Remove("traceId"));
        return rest.ToJsonString();
    }
}

public sealed class CancelOrderTestsOnSqlite(SharedOrders shared)
    : CancelOrderTests(shared, DatabaseProvider.Sqlite), IClassFixture<SharedOrders>;

public sealed class CancelOrderTestsOnPostgreSql(SharedOrders shared)
    : CancelOrderTests(shared, DatabaseProvider.PostgreSql), IClassFixture<SharedOrders>;
