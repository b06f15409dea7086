using System.Net;

using B2BAssertions.ServiceDefaults.Proxies;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.ProxyTests;

/// <summary>Known proxies are believed about the sender and the scheme of a request, and nobody is about anything else.</summary>
public sealed class KnownProxyTests : IAsyncLifetime
{
    private const string For = "X-Forwarded-For";
    private const string Proto = "X-Forwarded-Proto";
    private const string Switch = "ForwardedHeaders_Enabled";
    private const int Proxy = 2;
    private const int OtherProxy = 3;
    private const int Stranger = 4;
    private const string Partner = "192.0.2.7";
    private const string MadeUp = "192.0.2.66";

    private static readonly (string, string) KnownNetwork = ("ForwardedHeaders:KnownNetworks:0", "127.0.0.2/31");

    private SeenService _service = null!;

    public async ValueTask InitializeAsync() => _service = await SeenService.StartAsync(KnownNetwork);

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData(Proxy, Partner, Partner)]
    [InlineData(OtherProxy, Partner, Partner)]
    [InlineData(Proxy, $"{Partner}:4711", Partner)]
    [InlineData(Proxy, "[2001:db8::7]:4711", "2001:db8::7")]
    [InlineData(Proxy, $"{MadeUp}, {Partner}", Partner)]
    [InlineData(Proxy, $"127.0.0.3, {Partner}", Partner)]
    [InlineData(Proxy, $"{Partner}, 127.0.0.3", "127.0.0.3")]
    [InlineData(Proxy, $"{Partner}, unknown", "127.0.0.2")]
    [InlineData(Proxy, "", "127.0.0.2")]
    [InlineData(Stranger, Partner, "127.0.0.4")]
    [InlineData(Stranger, $"{Partner}, 127.0.0.2", "127.0.0.4")]
    public async Task The_last_entry_of_a_known_proxy_is_the_sender(int peer, string header, string sender) =>
        Assert.Equal(sender, (await _service.SendAsync(peer, (For, header))).Sender);

    [Fact]
    public async Task Of_several_lines_the_last_is_the_proxys() =>
        Assert.Equal(Partner, (await _service.SendAsync(Proxy, (For, MadeUp), (For, Partner))).Sender);

    [Theory]
    [InlineData(Proxy, "https", "https")]
    [InlineData(Proxy, "https, http", "http")]
    [InlineData(Proxy, "http, https", "https")]
    [InlineData(Proxy, "not a scheme", "http")]
    [InlineData(Stranger, "https", "http")]
    public async Task The_scheme_is_what_a_known_proxy_says(int peer, string header, string scheme) =>
        Assert.Equal(scheme, (await _service.SendAsync(peer, (For, Partner), (Proto, header))).Scheme);

    [Theory]
    [InlineData(Proxy)]
    [InlineData(Stranger)]
    public async Task Host_path_and_the_header_of_RFC_7239_are_taken_from_nobody(int peer)
    {
        var plain = await _service.SendAsync(peer);

        Assert.Equal(plain, await _service.SendAsync(
            peer,
            ("X-Forwarded-Host", "evil.example"),
            ("X-Forwarded-Prefix", "/evil"),
            ("X-Original-For", MadeUp),
            ("Forwarded", $"for={MadeUp};host=evil.example;proto=https")));
    }

    [Theory]
    [InlineData(Proxy, $"{MadeUp}, {Partner}, 127.0.0.3", Partner)]
    [InlineData(Proxy, $"{MadeUp}, {Partner}", Partner)]
    [InlineData(Proxy, $"{Partner}, 127.0.0.3, 127.0.0.3", "127.0.0.3")]
    [InlineData(Stranger, $"{MadeUp}, {Partner}, 127.0.0.3", "127.0.0.4")]
    public async Task With_two_proxies_in_a_row_the_entry_of_the_outer_one_is_the_sender(int peer, string header, string sender)
    {
        await using var service = await SeenService.StartAsync(KnownNetwork, ("ForwardedHeaders:ForwardLimit", "2"));

        Assert.Equal(sender, (await service.SendAsync(peer, (For, header))).Sender);
    }

    /// <summary>A listener on all addresses has IPv4 peers as IPv6, and one on a Unix socket has peers without an address.</summary>
    [Theory]
    [InlineData("::ffff:127.0.0.2", Partner)]
    [InlineData("::ffff:127.0.0.4", "::ffff:127.0.0.4")]
    [InlineData("::1", "::1")]
    [InlineData(null, null)]
    public async Task Peers_that_are_no_plain_IPv4_are_known_or_not_all_the_same(string? peer, string? sender)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer) } };
        context.Request.Headers[For] = Partner;
        var middleware = new SenderOfRequest(
            _ => Task.CompletedTask,
            Options.Create(new KnownProxiesOptions { KnownNetworks = { KnownNetwork.Item2 } }),
            new ConfigurationBuilder().Build(),
            TimeProvider.System,
            NullLoggerFactory.Instance);

        await middleware.InvokeAsync(context);

        Assert.Equal(sender, context.Connection.RemoteIpAddress?.ToString());
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Without_the_setting_nobody_is_believed_whatever_the_frameworks_switch_says(string enabled)
    {
        await using var service = await SeenService.StartAsync((Switch, enabled));

        Assert.Equal(enabled == "true" ? 1 : 0, service.Warnings("ASPNETCORE_FORWARDEDHEADERS_ENABLED is on and has no effect").Count);
        var seen = await service.SendAsync(Proxy, (For, Partner), (Proto, "https"), ("X-Forwarded-Host", "evil.example"));
        Assert.Equal(("127.0.0.2", "http"), (seen.Sender, seen.Scheme));
    }

    /// <summary>Were they read once by the switch and once by the setting, the entry before the proxy's would be the sender.</summary>
    [Fact]
    public async Task With_the_setting_the_frameworks_switch_changes_nothing()
    {
        await using var service = await SeenService.StartAsync(
            KnownNetwork, ("ForwardedHeaders:KnownNetworks:1", Partner), (Switch, "true"));

        Assert.Empty(service.Warnings("ASPNETCORE_FORWARDEDHEADERS_ENABLED"));
        Assert.Equal(Partner, (await service.SendAsync(Proxy, (For, $"{MadeUp}, {Partner}"))).Sender);
        Assert.Equal("127.0.0.4", (await service.SendAsync(Stranger, (For, Partner))).Sender);
    }
}
