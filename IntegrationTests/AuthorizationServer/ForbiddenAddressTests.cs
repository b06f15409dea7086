using System.Net;
using System.Security.Cryptography;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>A client's JwksUri does not make the server ask this machine, its network or its cloud. Nothing here is connected to.</summary>
public sealed class ForbiddenAddressTests(HostileJwksSource hostile) : IClassFixture<HostileJwksSource>
{
    [Theory]
    [Trait("Rule", "JW-04")]
    [InlineData("169.254.169.254")]
    [InlineData("168.63.129.16")]
    [InlineData("100.100.100.200")]
    [InlineData("fd00:ec2::254")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::")]
    [InlineData("10.0.0.1 93.184.216.34")]
    [InlineData("93.184.216.34 2606:2800:220:1::1 10.0.0.1", "10.0.0.1")]
    public async Task A_name_that_resolves_to_a_special_address_is_not_connected_to(string addresses, string? refused = null)
    {
        hostile.Network.Let(HostileJwksSource.Host, addresses);
        hostile.StartAnew();

        Assert.Equal((503, 0), await SendAsync());
        var told = $"jwks_address_forbidden, {HostileJwksSource.Host} resolves to {refused ?? addresses.Split(' ')[0]},";
        Assert.Contains(hostile.Logged, line =>
            line.StartsWith("Error ", StringComparison.Ordinal) && line.Contains(told, StringComparison.Ordinal));

        // Nobody else notices.
        Assert.Equal(200, (await hostile.Fixture.SendAsync(hostile.Fixture.MakerB.Make())).Status);
    }

    [Fact]
    [Trait("Rule", "JW-04")]
    public async Task A_name_that_resolves_to_another_address_the_next_time_is_checked_the_next_time()
    {
        hostile.Network.Let(HostileJwksSource.Host, "93.184.216.34");
        hostile.StartAnew();
        var looked = hostile.Network.Resolved.Count;

        Assert.Equal((503, 1), await SendAsync());
        Assert.Equal(new IPEndPoint(IPAddress.Parse("93.184.216.34"), 443), hostile.Network.Connected.Last());
        Assert.Equal(looked + 1, hostile.Network.Resolved.Count);

        hostile.Network.Let(HostileJwksSource.Host, "10.0.0.1");
        hostile.StartAnew();
        Assert.Equal((503, 0), await SendAsync());
        Assert.Contains(hostile.Logged, line => line.Contains("jwks_address_forbidden", StringComparison.Ordinal));
    }

    /// <summary>The answer to a request of the client at the name, and how many connections were tried for it.</summary>
    private async Task<(int Status, int Connections)> SendAsync()
    {
        var before = hostile.Network.Connected.Count;
        var maker = new AssertionMaker(RSA.Create(2048), "client-d", hostile.Fixture.Issuer, hostile.Fixture.Time);
        var answer = await hostile.Fixture.SendAsync(maker.Make());
        return (answer.Status, hostile.Network.Connected.Count - before);
    }
}
