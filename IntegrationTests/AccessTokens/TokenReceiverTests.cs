using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>An access token goes to the API that it is for, whatever address a request names (RFC 6750 §5.2).</summary>
[Trait("Rule", "PC-07")]
public sealed class TokenReceiverTests : IAsyncLifetime
{
    private readonly TokenSystem _system = new();

    public async ValueTask InitializeAsync() => await _system.StartAsync(configureAfter: services =>
    {
        services.AddHttpClient("without address").AddPartnerAccessToken();
        services.AddHttpClient("two APIs").AddPartnerAccessToken(new Uri(_system.Orders.Address), new Uri("https://api.example/v2/"));
        services.AddHttpClient("another's address", http => http.BaseAddress = new Uri("https://api.example"))
            .AddPartnerAccessToken(new Uri(_system.Orders.Address));
    });

    public async ValueTask DisposeAsync() => await _system.DisposeAsync();

    [Theory]
    [InlineData("api", "http://127.0.0.1:1/orders")]
    [InlineData("api", "http://user@another.example/orders")]
    [InlineData("api", "https://another.example/orders")]
    [InlineData("two APIs", "https://api.example:8443/orders")]
    [InlineData("two APIs", "https://api.example.another.example/orders")]
    [InlineData("another's address", "/orders")]
    [InlineData("without address", "https://api.example/orders")]
    public async Task No_other_address_is_sent_the_token_and_none_is_asked_for(string client, string address)
    {
        using var http = Client(client);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => http.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute), TestContext.Current.CancellationToken));

        Assert.Contains("AddPartnerAccessToken", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("user@", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_system.Issuer.TokenRequests);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("two APIs")]
    [InlineData("another's address")]
    public async Task The_configured_one_is(string client)
    {
        using var http = Client(client);

        using var response = await http.GetAsync(new Uri($"{_system.Orders.Address}/orders"), TestContext.Current.CancellationToken);

        Assert.NotNull(Assert.Single(_system.Orders.Requests).Authorization);
    }

    private HttpClient Client(string name) => _system.Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);
}
