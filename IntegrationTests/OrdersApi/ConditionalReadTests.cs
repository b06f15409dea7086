using B2BAssertions.DatabaseDefaults;
using B2BAssertions.OrdersApi.Database;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>An order that the partner has already is not sent again, and nobody but the partner keeps it.</summary>
public abstract class ConditionalReadTests(SharedOrders shared, DatabaseProvider provider) : StoredOrdersTests(shared, provider)
{
    private string Token => Orders.Token(Partner).Make();

    [Theory]
    [InlineData("{tag}")]
    [InlineData("W/{tag}")]
    [InlineData("\"0.1\", {tag}")]
    [InlineData("*")]
    public async Task A_version_that_the_partner_has_is_not_sent(string ifNoneMatch)
    {
        var path = $"/orders/{await Orders.PlacedAsync(Partner)}";
        var read = await Orders.GetAsync(path, Token);

        var answer = await Orders.GetUnlessAsync(path, Token, ifNoneMatch.Replace("{tag}", read.ETag, StringComparison.Ordinal));

        Assert.Equal((304, string.Empty, read.ETag, "private, no-cache"), (answer.Status, answer.Text, answer.ETag, answer.CacheControl));
    }

    [Theory]
    [InlineData("\"0.1\"")]
    [InlineData("not a tag")]
    public async Task Any_other_is_sent(string ifNoneMatch)
    {
        var path = $"/orders/{await Orders.PlacedAsync(Partner)}";

        var answer = await Orders.GetUnlessAsync(path, Token, ifNoneMatch);

        Assert.Equal((200, "private, no-cache"), (answer.Status, answer.CacheControl));
    }

    [Fact]
    public async Task A_changed_order_is_sent_with_another_version()
    {
        var id = await Orders.PlacedAsync(Partner);
        var tag = (await Orders.GetAsync($"/orders/{id}", Token)).ETag!;
        await Orders.MoveAsync(id, OrderStatus.Confirmed);

        var answer = await Orders.GetUnlessAsync($"/orders/{id}", Token, tag);

        Assert.Equal((200, "confirmed"), (answer.Status, (string?)answer.Body!["status"]));
        Assert.NotEqual(tag, answer.ETag);
    }

    [Fact]
    [Trait("Rule", "RS-06")]
    public async Task Who_knows_the_version_of_a_foreign_order_learns_nothing_by_it()
    {
        var owner = $"{Partner}-owner";
        var id = await Orders.PlacedAsync(owner);
        var tag = (await Orders.GetAsync($"/orders/{id}", Orders.Token(owner).Make())).ETag!;

        foreach (var ifNoneMatch in new[] { tag, "*" })
        {
            var answer = await Orders.GetUnlessAsync($"/orders/{id}", Token, ifNoneMatch);
            Assert.Equal((404, "order_not_found", null, "no-store"), (answer.Status, answer.Code, answer.ETag, answer.CacheControl));
        }
    }

    [Fact]
    public async Task What_is_no_single_order_is_kept_nowhere()
    {
        var path = $"/orders/{await Orders.PlacedAsync(Partner)}";

        Assert.Equal("no-store", (await Orders.GetAsync("/orders", Token)).CacheControl);
        Assert.Equal("no-store", (await Orders.GetAsync(path, token: null)).CacheControl);
        Assert.Equal("no-store", (await Orders.GetAsync(path, Orders.Token(Partner, "other").Make())).CacheControl);
    }
}

public sealed class ConditionalReadTestsOnSqlite(SharedOrders shared)
    : ConditionalReadTests(shared, DatabaseProvider.Sqlite), IClassFixture<SharedOrders>;

public sealed class ConditionalReadTestsOnPostgreSql(SharedOrders shared)
    : ConditionalReadTests(shared, DatabaseProvider.PostgreSql), IClassFixture<SharedOrders>;
