using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

[Trait("Rule", "RS-05")]
public sealed class ScopeTests(OrdersSystem system) : IClassFixture<OrdersSystem>
{
    [Theory]
    [InlineData("\"read\"")]
    [InlineData("\"openid read write\"")]
    [InlineData("[\"openid\",\"read\"]")]
    [InlineData("[\"read\"]")]
    public async Task Read_as_a_word_of_the_scope_is_enough(string scope) => Assert.Equal(200, await StatusWithScopeAsync(scope));

    [Theory]
    [InlineData("\"reader\"")]
    [InlineData("\"already orders.read read-only\"")]
    [InlineData("\"READ\"")]
    [InlineData("\"write\\tread\"")]
    [InlineData("\"\"")]
    [InlineData("[\"reader\"]")]
    [InlineData("{\"note\":\"no read here\"}")]
    [InlineData("null")]
    public async Task Anything_else_is_not(string scope) => Assert.Equal(403, await StatusWithScopeAsync(scope));

    [Fact]
    public async Task No_scope_at_all_is_not()
    {
        var token = system.Token();
        token.Claims.Remove("scope");

        Assert.Equal(403, (await system.GetAsync("/orders", token.Make())).Status);
    }

    private async Task<int> StatusWithScopeAsync(string scope)
    {
        var token = system.Token();
        token.Claims["scope"] = JsonNode.Parse(scope);
        return (await system.GetAsync("/orders", token.Make())).Status;
    }
}
