using System.Net;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults.GuardedConnections;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.ServiceDefaultsTests;

/// <summary>Where a guarded connection goes, and where it does not.</summary>
public sealed class ConnectionGuardTests
{
    private const string Host = "keys.partner.example";

    private readonly ScriptedNetwork _network = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Rule", "JW-04")]
    public async Task A_connection_goes_to_the_address_that_was_checked_and_the_name_is_resolved_once()
    {
        _network.Let(Host, "93.184.216.34 2606:2800:220:1::1");

        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync($"https://{Host}/"));

        Assert.Equal(["93.184.216.34:443", "[2606:2800:220:1::1]:443"], _network.Connected.Select(endPoint => endPoint.ToString()));
        Assert.Equal([Host], _network.Resolved);
    }

    [Theory]
    [Trait("Rule", "JW-04")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://[::ffff:7f00:1]/")]
    public async Task An_address_in_place_of_a_name_is_checked_too(string address)
    {
        await AssertForbiddenAsync(address);

        Assert.Empty(_network.Resolved);
    }

    [Theory]
    [Trait("Rule", "JW-04")]
    [InlineData("93.184.216.34 10.0.0.1")]
    [InlineData("10.0.0.1 93.184.216.34")]
    public async Task One_forbidden_address_refuses_the_name_as_a_whole(string addresses)
    {
        _network.Let(Host, addresses);

        Assert.Contains($"{Host} resolves to 10.0.0.1", await AssertForbiddenAsync($"https://{Host}/"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "JW-04")]
    public async Task A_permitted_host_may_be_anywhere_and_a_permitted_network_under_any_name()
    {
        await using var server = Server();
        _network.Let(Host, "127.0.0.1");
        _network.Let("other.example", "127.0.0.1");

        Assert.Equal("hello", await GetAsync($"http://{Host}:{server.Port}/", new PermittedDestinations([Host], [], allowsHttp: true)));
        await AssertForbiddenAsync($"https://other.example:{server.Port}/", new PermittedDestinations([Host], []));

        // Nobody listens there.
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(
            "https://other.example:1/", new PermittedDestinations([], [IPNetwork.Parse("127.0.0.0/8")])));
        Assert.Equal([server.Port, 1], _network.Connected.Select(endPoint => endPoint.Port));
    }

    [Fact]
    [Trait("Rule", "JW-04")]
    public async Task Http_needs_both_the_permission_and_a_permitted_host()
    {
        _network.Let(Host, "127.0.0.1");
        _network.Let("public.example", "93.184.216.34");

        await AssertForbiddenAsync($"http://{Host}/", new PermittedDestinations([Host], []));
        await AssertForbiddenAsync("http://public.example/", new PermittedDestinations([Host], [], allowsHttp: true));
        await AssertForbiddenAsync($"http://{Host}/", new PermittedDestinations([], [IPNetwork.Parse("127.0.0.0/8")], allowsHttp: true));
    }

    [Theory]
    [Trait("Rule", "JW-04")]
    [InlineData("Keys.Partner.Example", Host)]
    [InlineData("keys.partner.example.", Host)]
    [InlineData(Host, "keys.partner.example.")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "bücher.example")]
    [InlineData("xn--bcher-kva.example", "bücher.example")]
    [InlineData("XN--BCHER-KVA.example", "bücher.example.")]
    [InlineData("0:0:0:0:0:0:0:1", "[::1]")]
    public void A_permitted_host_is_the_same_in_every_spelling(string listed, string asked)
    {
        var permitted = new PermittedDestinations([listed], [], allowsHttp: true);

        Assert.True(permitted.IsHost(new Uri($"https://{asked}").IdnHost));
        Assert.True(permitted.IsHttp(new Uri($"http://{asked}")));
        Assert.False(permitted.IsHost("other.example"));
    }

    [Theory]
    [Trait("Rule", "JW-04")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Loopback_is_permitted_where_the_environment_is_Development(string host)
    {
        await using var server = Server();
        _network.Let("localhost", "127.0.0.1");
        var address = $"http://{host}:{server.Port}/";

        Assert.Equal("hello", await GetAsync(address, new PermittedDestinations([], [], allowsHttp: true, allowsLoopback: true)));
        await AssertForbiddenAsync(address, new PermittedDestinations([], [], allowsHttp: true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dead_address_leaves_time_for_the_next(bool isSilent)
    {
        await using var server = Server();
        _network.Let(Host, "93.184.216.34 127.0.0.1");
        _network.Silent = isSilent ? _network.Names[Host][0] : null;
        var time = new FakeTimeProvider();
        using var http = new HttpClient(new ConnectionGuard(_network, new PermittedDestinations([Host], [], allowsHttp: true), time).CreateHandler());

        var answer = http.GetStringAsync($"http://{Host}:{server.Port}/", Cancellation);
        await WaitFor.StateAsync("a connection is tried", () => _network.Connected.Count > 0 ? "tried" : null);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("hello", await answer);
        Assert.Equal(2, _network.Connected.Count);
    }

    [Fact]
    [Trait("Rule", "JW-04")]
    public void Nothing_else_connects_in_the_guards_stead()
    {
        using var handler = Guard(new PermittedDestinations([], [])).CreateHandler();

        Assert.False(handler.UseProxy || handler.AllowAutoRedirect || handler.UseCookies);
        Assert.Equal(DecompressionMethods.None, handler.AutomaticDecompression);
    }

    private static RawServer Server() => new()
    {
        Answer = (_, connection) => connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"),
    };

    private ConnectionGuard Guard(PermittedDestinations permitted) => new(_network, permitted, TimeProvider.System);

    private async Task<string> GetAsync(string address, PermittedDestinations? permitted = null)
    {
        using var http = new HttpClient(Guard(permitted ?? new PermittedDestinations([], [])).CreateHandler());
        return await http.GetStringAsync(address, Cancellation);
    }

    /// <summary>Nothing was connected.</summary>
    private async Task<string> AssertForbiddenAsync(string address, PermittedDestinations? permitted = null)
    {
        var before = _network.Connected.Count;
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(address, permitted));
        Assert.Equal(before, _network.Connected.Count);
        return Assert.IsType<ForbiddenDestinationException>(exception.InnerException).Message;
    }
}
