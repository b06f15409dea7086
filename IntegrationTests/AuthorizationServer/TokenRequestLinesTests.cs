using System.Net;

using B2BAssertions.AuthorizationServer;
using B2BAssertions.AuthorizationServer.RateLimits;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>What strangers send fills no log and hides nothing in it; what makes them dangerous is told.</summary>
public sealed class TokenRequestLinesTests
{
    private const string Section = "AuthorizationServer:RateLimits";
    private const int Limit = 3;
    private const string KnownProxies = "ForwardedHeaders:KnownNetworks";

    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.7")]
    [InlineData("Forwarded", "for=192.0.2.7")]
    public async Task A_sender_that_a_proxy_names_in_vain_is_told_at_a_pace(string header, string value)
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        await fixture.SendAsync(fixture.MakerC.Make());
        Assert.Empty(Lines(fixture, KnownProxies));

        for (var count = 0; count < 5; count++)
        {
            Assert.Equal(200, (await SendAsync(fixture, header, value)).Status);
        }

        var line = Assert.Single(Lines(fixture, KnownProxies));
        Assert.StartsWith("Warning", line, StringComparison.Ordinal);
        Assert.Contains($"A request from 127.0.0.1 names another sender in {header},", line, StringComparison.Ordinal);
        fixture.Time.Advance(LogPace.Pause);
        await SendAsync(fixture, header, value);
        Assert.Equal(2, Lines(fixture, KnownProxies).Count);
    }

    [Fact]
    public async Task The_sender_that_a_known_proxy_names_is_limited_and_stands_in_the_log()
    {
        const string Partner = "192.0.2.7";
        const string OtherPartner = "192.0.2.8";
        await using var fixture = await TokenEndpointFixture.StartAsync(
            ($"{KnownProxies}:0", "127.0.0.2"), ($"{Section}:FailuresPerMinuteAndAddress", $"{Limit}"));
        using var proxy = LoopbackSender.ClientAt(2, fixture.Server.Address);
        for (var count = 0; count < Limit; count++)
        {
            // As behind a proxy that extends the header: what the partner writes itself makes it nobody else.
            Assert.Equal(401, (await SendAsync(proxy, "garbage", $"192.0.2.{count + 100}, {Partner}")).Status);
        }

        Assert.Equal(429, (await SendAsync(proxy, fixture.MakerC.Make(), Partner)).Status);
        Assert.Equal(200, (await SendAsync(proxy, fixture.MakerC.Make(), OtherPartner)).Status);
        Assert.Equal(Limit, Lines(fixture, $"Address {Partner}, trace").Count);
        Assert.Empty(Lines(fixture, KnownProxies));

        // Who is no proxy cannot use up the limits of another, nor get away from its own.
        for (var count = 0; count < Limit; count++)
        {
            Assert.Equal(401, (await SendAsync(fixture.Server.Client, "garbage", OtherPartner)).Status);
        }

        Assert.Equal(429, (await SendAsync(fixture.Server.Client, fixture.MakerC.Make(), "192.0.2.9")).Status);
        Assert.Equal(200, (await SendAsync(proxy, fixture.MakerC.Make(), OtherPartner)).Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("content type")]
    [InlineData("grant type")]
    [InlineData("scope")]
    public async Task What_is_no_token_request_at_all_is_a_failure_of_its_address(string kind)
    {
        await using var fixture = await TokenEndpointFixture.StartAsync(($"{Section}:FailuresPerMinuteAndAddress", $"{Limit}"));
        for (var count = 0; count < Limit * 3; count++)
        {
            await SendNonsenseAsync(fixture, kind);
        }

        Assert.Equal(Limit, Lines(fixture, "Token request refused").Count);
        Assert.Single(Lines(fixture, "Token requests limited"));
        Assert.Equal(429, (await fixture.SendAsync(fixture.MakerC.Make())).Status);
        using var other = LoopbackSender.ClientAt(2, fixture.Server.Address);
        Assert.Equal(200, (await TokenEndpointFixture.PostAsync(other, fixture.MakerC.Make())).Status);
    }

    [Fact]
    public async Task Keys_that_cannot_be_read_are_told_at_a_pace_for_each_client()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        (fixture.JwksA.Status, fixture.JwksB.Status) = (500, 500);
        for (var count = 0; count < 10; count++)
        {
            Assert.Equal(503, (await fixture.SendAsync(fixture.MakerA.Make())).Status);
        }

        Assert.Equal(503, (await fixture.SendAsync(fixture.MakerB.Make())).Status);
        Assert.Single(Lines(fixture, "refused: jwks_unavailable. Client client-a (unverified),"));
        Assert.Single(Lines(fixture, "refused: jwks_unavailable. Client client-b (unverified),"));

        fixture.Time.Advance(LogPace.Pause);
        await fixture.SendAsync(fixture.MakerA.Make());

        var lines = Lines(fixture, "refused: jwks_unavailable. Client client-a (unverified),");
        Assert.Equal(2, lines.Count);
        Assert.Contains("; 9 more since", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_used_up_its_limit_has_a_line_of_its_own()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync(($"{Section}:RequestsPerMinuteAndClient", $"{Limit}"));
        foreach (var maker in new[] { fixture.MakerC, fixture.MakerB })
        {
            for (var count = 0; count < Limit * 3; count++)
            {
                await fixture.SendAsync(maker.Make());
            }
        }

        Assert.Single(Lines(fixture, $"by {Section}:RequestsPerMinuteAndClient. Client client-c (unverified),"));
        Assert.Single(Lines(fixture, $"by {Section}:RequestsPerMinuteAndClient. Client client-b (unverified),"));
    }

    [Fact]
    public void More_senders_than_can_be_kept_share_one_allowance_and_that_is_told_once_in_a_while()
    {
        using var logs = new RecordedLogs();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(logs));
        var options = new AuthorizationServerOptions();
        (options.RateLimits.RequestsPerMinuteAndAddress, options.RateLimits.FailuresPerMinuteAndAddress) = (2, RateLimitSettings.Off);
        var limits = new TokenRequestLimits(Options.Create(options), new FakeTimeProvider(), factory.CreateLogger<TokenRequestLimits>());
        for (var sender = 0; sender < RateLimit<string>.MaxKeys; sender++)
        {
            Assert.Null(limits.Receive(From(sender)));
        }

        Assert.Empty(logs.Lines);
        Assert.Null(limits.Receive(From(-1)));
        Assert.Null(limits.Receive(From(-2)));

        Assert.NotNull(limits.Receive(From(-1)));
        Assert.NotNull(limits.Receive(From(-3)));
        Assert.Null(limits.Receive(From(7)));
        var line = Assert.Single(logs.Lines);
        Assert.StartsWith("Warning", line, StringComparison.Ordinal);
        Assert.Contains($"share one allowance of {Section}:RequestsPerMinuteAndAddress.", line, StringComparison.Ordinal);

        static HttpContext From(int sender) => new DefaultHttpContext { Connection = { RemoteIpAddress = new IPAddress((uint)sender) } };
    }

    private static Task<TokenAnswer> SendAsync(TokenEndpointFixture fixture, string header, string value) =>
        fixture.PostAsync(TokenEndpointFixture.Form(fixture.MakerC.Make()), request => request.Headers.Add(header, value));

    private static async Task<TokenAnswer> SendAsync(HttpClient client, string assertion, string forwardedFor) => await TokenEndpointFixture.PostAsync(
        client, TokenEndpointFixture.Form(assertion), request => request.Headers.Add("X-Forwarded-For", forwardedFor));

    private static async Task SendNonsenseAsync(TokenEndpointFixture fixture, string kind)
    {
        switch (kind)
        {
            case "GET":
                using (await fixture.Server.Client.GetAsync(new Uri("/token", UriKind.Relative), TestContext.Current.CancellationToken))
                {
                    break;
                }

            case "content type":
                await fixture.PostAsync(new StringContent("garbage"));
                break;
            case "scope":
                await fixture.SendAsync("garbage", ("scope", "of-no-api"));
                break;
            default:
                await fixture.SendAsync(fixture.MakerC.Make(), ("grant_type", "password"));
                break;
        }
    }

    private static List<string> Lines(TokenEndpointFixture fixture, string text) =>
        [.. fixture.Server.Logs.Lines.Where(line => line.Contains(text, StringComparison.Ordinal))];
}
