using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.ProxyTests;

/// <summary>A setting that names no proxies, or everybody, keeps a service from starting.</summary>
public sealed class KnownProxySettingsTests
{
    private const string Networks = "ForwardedHeaders:KnownNetworks";

    [Theory]
    [InlineData("10.4.0.0/33", "expected a network such as 10.4.0.0/16")]
    [InlineData("10.4.0.1/16", "without bits behind its prefix")]
    [InlineData("10.4/16", "expected a network such as 10.4.0.0/16")]
    [InlineData("10.4", "an address such as 10.4.0.7")]
    [InlineData("010.4.0.7", "an address such as 10.4.0.7")]
    [InlineData("10.4.0.7:8080", "an address such as 10.4.0.7")]
    [InlineData("proxy.example", "an address such as 10.4.0.7")]
    [InlineData("*", "an address such as 10.4.0.7")]
    [InlineData("fe80::1%eth0", "an address such as 10.4.0.7")]
    [InlineData("0.0.0.0/0", "expected your proxies' own network, with a prefix of 8 or longer")]
    [InlineData("128.0.0.0/1", "expected your proxies' own network, with a prefix of 8 or longer")]
    [InlineData("::/0", "expected your proxies' own network, with a prefix of 32 or longer")]
    [InlineData("2000::/3", "expected your proxies' own network, with a prefix of 32 or longer")]
    [InlineData("2001:d00::/24", "expected your proxies' own network, with a prefix of 32 or longer")]
    [InlineData("fc00::/7", "expected your proxies' own network, with a prefix of 8 or longer")]
    [InlineData("::ffff:0:0/96", "expected IPv4 written as such")]
    [InlineData("::ffff:10.4.0.0/112", "expected IPv4 written as such")]
    public async Task A_network_that_cannot_be_that_of_proxies_is_refused(string network, string expected)
    {
        var failure = await RefusedAsync((Networks + ":0", "10.5.0.0/16"), (Networks + ":1", network));

        Assert.StartsWith($"{Networks}:1 is '{network}': ", failure, StringComparison.Ordinal);
        Assert.Contains(expected, failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_where_a_list_belongs_is_refused() =>
        Assert.Equal($"{Networks} is a list: expected the first network in {Networks}:0.", await RefusedAsync((Networks, "10.4.0.0/16")));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("11")]
    public async Task A_limit_that_is_no_number_of_proxies_is_refused(string limit) => Assert.StartsWith(
        $"ForwardedHeaders:ForwardLimit is {limit}: expected 1 to 10", await RefusedAsync(("ForwardedHeaders:ForwardLimit", limit)));

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.4.0.7")]
    [InlineData("10.4.0.7/32")]
    [InlineData("fd00::/8")]
    [InlineData("2001:db8::7")]
    [InlineData("2001:db8::/32")]
    public async Task Networks_and_addresses_are_accepted(string network)
    {
        await using var service = await SeenService.StartAsync((Networks + ":0", network));

        Assert.Equal("127.0.0.1", (await service.SendAsync(1, ("X-Forwarded-For", "192.0.2.7"))).Sender);
    }

    private static async Task<string> RefusedAsync(params (string, string)[] settings) =>
        Assert.Single((await Assert.ThrowsAsync<OptionsValidationException>(() => SeenService.StartAsync(settings))).Failures);
}
