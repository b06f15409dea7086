using System.Net;
using System.Net.Sockets;

using B2BAssertions.IntegrationTests.AccessTokens;
using B2BAssertions.KeyFiles;
using B2BAssertions.OutgoingHttp;
using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.OutgoingHttpTests;

/// <summary>What every outgoing HTTP client does alike: rows 3, 6 and 7 of issue 14.</summary>
public sealed class OutgoingHandlerTests
{
    [Theory]
    [InlineData("http://localhost:3000", true)]
    [InlineData("http://127.0.0.1:3000", true)]
    [InlineData("http://[::1]:3000", true)]
    [InlineData("https://keys.example", false)]
    public void Row_6_the_environments_proxy_is_not_asked_for_this_machine(string address, bool isDirect) =>
        Assert.Equal(isDirect, new LoopbackIsDirect(new WebProxy("http://proxy.example:8080")).IsBypassed(new Uri(address)));

    /// <summary>The library's own client, and a client of the application that carries its tokens, whichever handler it has.</summary>
    [Theory]
    [InlineData("SocketsHttpHandler")]
    [InlineData("HttpClientHandler")]
    [InlineData("its own proxy")]
    public void Row_6_a_handler_of_an_application_goes_to_this_machine_directly(string kind)
    {
        var own = new WebProxy("http://127.0.0.1:1");
        using HttpMessageHandler handler = kind switch
        {
            "SocketsHttpHandler" => new SocketsHttpHandler(),
            "HttpClientHandler" => new HttpClientHandler(),
            _ => new SocketsHttpHandler { Proxy = own },
        };

        Assert.True(OutgoingHandler.TryMakeSafe(handler));

        var proxy = handler is SocketsHttpHandler sockets ? sockets.Proxy : ((HttpClientHandler)handler).Proxy;
        Assert.Equal(kind != "its own proxy", proxy is LoopbackIsDirect);
        Assert.False(handler is SocketsHttpHandler { AllowAutoRedirect: true } or HttpClientHandler { AllowAutoRedirect: true });
    }

    /// <summary>A name with an address that never answers, as IPv6 is where only IPv4 is routed; the other one is the server.</summary>
    [Fact]
    public async Task Row_3_a_dead_address_beside_a_live_one_does_not_keep_the_library_from_its_token()
    {
        await using var system = new TokenSystem();
        var issuer = system.Issuer.Address.Replace("127.0.0.1", "issuer.localhost", StringComparison.Ordinal);
        var attempts = new List<IPAddress>();
        system.Settings["Issuer"] = issuer;
        system.Issuer.Instead = request => request.IsGet
            ? Microsoft.AspNetCore.Http.Results.Json(new { issuer, token_endpoint = $"{issuer}{PartnerClientTests.StubAuthorizationServer.TokenPath}" })
            : null;
        system.Issuer.ExpectedAudience = issuer;
        await system.StartAsync(configureAfter: services => services
            .AddHttpClient(PartnerAccessTokens.HttpClientName)
            .ConfigurePrimaryHttpMessageHandler(() => OutgoingHandler.Create(
                (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("2001:db8::1"), IPAddress.Loopback]),
                (endPoint, stop) =>
                {
                    attempts.Add(endPoint.Address);
                    return endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? NeverAsync(stop) : OutgoingHandler.ConnectAsync(endPoint, stop);
                })));

        var result = await system.Tokens.GetAsync(TestContext.Current.CancellationToken);

        Assert.True(result.Token is not null, result.Failure?.ToString());
        Assert.Equal([IPAddress.Parse("2001:db8::1"), IPAddress.Loopback], attempts.Take(2));
    }

    [Theory]
    [InlineData(null, "B2BAssertions-PartnerClient/")]
    [InlineData("", "B2BAssertions-PartnerClient/")]
    [InlineData("Partner/2.1 (curl)", "Partner/2.1 (curl)")]
    public void Row_7_a_service_says_who_it_is(string? setting, string expected) =>
        Assert.StartsWith(expected, ServiceHttpClients.UserAgentIn(Configured(setting), ServiceNames.PartnerClient), StringComparison.Ordinal);

    [Theory]
    [InlineData("two\r\nlines")]
    [InlineData("Pärtner/1")]
    [InlineData("/1")]
    [InlineData("a/b/c")]
    public async Task Row_7_a_text_that_is_no_User_Agent_is_refused_at_the_start(string setting)
    {
        Assert.Contains(
            "UserAgent",
            Assert.Throws<StartupException>(() => ServiceHttpClients.UserAgentIn(Configured(setting), ServiceNames.OrdersApi)).Message,
            StringComparison.Ordinal);
        await using var system = new TokenSystem();
        system.Settings["UserAgent"] = setting;
        Assert.Contains(
            $"{TokenSystem.Section}:UserAgent", Assert.Throws<OptionsValidationException>(() => system.Build()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "B2BAssertions-PartnerClient.AccessTokens/")]
    [InlineData("Mine/1.0", null, "Mine/1.0")]
    [InlineData("Mine/1.0", "Theirs/1.0", "Mine/1.0")]
    [InlineData(null, "Theirs/1.0", "Theirs/1.0")]
    public async Task Row_7_the_library_says_who_it_is_or_what_it_is_told(string? option, string? ofAllClients, string expected)
    {
        await using var system = new TokenSystem();
        system.Settings["UserAgent"] = option;
        await system.StartAsync(configure: services =>
        {
            if (ofAllClients is not null)
            {
                services.ConfigureHttpClientDefaults(http =>
                    http.ConfigureHttpClient(client => client.DefaultRequestHeaders.UserAgent.ParseAdd(ofAllClients)));
            }
        });

        await system.Tokens.GetAsync(TestContext.Current.CancellationToken);

        Assert.All(system.Issuer.Requests, request => Assert.StartsWith(expected, request.UserAgent, StringComparison.Ordinal));
        Assert.All(system.Issuer.Requests, request => Assert.Equal("identity", request.AcceptEncoding));
        Assert.Equal(2, system.Issuer.Requests.Count);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("identity", null)]
    [InlineData("Identity", null)]
    [InlineData("gzip", "gzip")]
    [InlineData("identity,br", "identity, br")]
    public void Row_13_only_identity_is_no_packing(string coding, string? expected)
    {
        using var content = new ByteArrayContent([]);
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding.Split(',', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(expected, RequestHeaders.PackingOf(content.Headers));
    }

    private static IConfiguration Configured(string? userAgent) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(SettingNames.UserAgent, userAgent)]).Build();

    private static async Task<Stream> NeverAsync(CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        return Stream.Null;
    }
}
