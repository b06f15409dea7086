using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>An application that retries every request of every client, as many do, retries those of the library too.</summary>
[Trait("Rule", "PC-01")]
public sealed class RetryHandlerTests
{
    [Theory]
    [InlineData("of all clients, before the library")]
    [InlineData("of all clients, after the library")]
    [InlineData("of the library's client")]
    public async Task Each_attempt_of_a_retry_handler_has_an_assertion_of_its_own(string retried)
    {
        await using var system = new TokenSystem();

        await AssertAnotherAssertionEachTimeAsync(
            system,
            services => AddRetries(services, all: true, retried == "of all clients, before the library"),
            services =>
            {
                AddRetries(services, all: true, retried == "of all clients, after the library");
                AddRetries(services, all: false, retried == "of the library's client");
            });
    }

    [Fact]
    public async Task Each_copy_that_a_hedging_handler_sends_has_an_assertion_of_its_own()
    {
        await using var system = new TokenSystem();

        await AssertAnotherAssertionEachTimeAsync(system, configure: null, services => services
            .AddHttpClient(PartnerAccessTokens.HttpClientName)
            .AddStandardHedgingHandler()
            .Configure(options => options.Hedging.MaxHedgedAttempts = 2));
    }

    [Fact]
    [Trait("Rule", "PC-07")]
    public async Task A_handler_of_the_application_sees_the_form_without_the_assertion()
    {
        await using var system = new TokenSystem();
        var watch = new Watch();
        await system.StartAsync(configureAfter: services =>
            services.AddHttpClient(PartnerAccessTokens.HttpClientName).AddHttpMessageHandler(() => watch));

        await system.Tokens.GetAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["grant_type=client_credentials&scope=read&client_id=" + StubServers.ClientId], watch.Forms.Distinct());
        Assert.Equal(2, watch.Forms.Count);
        Assert.Contains("client_assertion", Assert.Single(system.Issuer.TokenRequests).Body, StringComparison.Ordinal);
    }

    private static async Task AssertAnotherAssertionEachTimeAsync(
        TokenSystem system, Action<IServiceCollection>? configure, Action<IServiceCollection> configureAfter)
    {
        var attempts = 0;
        system.Issuer.Instead = request => request.IsPost && Interlocked.Increment(ref attempts) <= 2 ? Results.StatusCode(503) : null;
        await system.StartAsync(configure, configureAfter);

        var result = await system.Tokens.GetAsync(TestContext.Current.CancellationToken);

        Assert.NotNull(result.Token);
        var assertions = system.Issuer.TokenRequests
            .Select(request => new JsonWebToken(StubAuthorizationServer.Form(request)["client_assertion"].ToString()))
            .ToArray();
        Assert.Equal(3, assertions.Length);
        Assert.Equal(3, assertions.Select(assertion => assertion.Id).Distinct().Count());
    }

    private static void AddRetries(IServiceCollection services, bool all, bool isWanted)
    {
        if (!isWanted)
        {
            return;
        }

        if (all)
        {
            services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler().Configure(RetryAtOnce));
        }
        else
        {
            services.AddHttpClient(PartnerAccessTokens.HttpClientName).AddStandardResilienceHandler().Configure(RetryAtOnce);
        }
    }

    private static void RetryAtOnce(HttpStandardResilienceOptions options)
    {
        options.Retry.Delay = TimeSpan.Zero;
        options.Retry.UseJitter = false;
    }

    /// <summary>Reads the form of a token request before it is sent and after the answer.</summary>
    private sealed class Watch : DelegatingHandler
    {
        public List<string> Forms { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await KeepAsync(request, cancellationToken);
            var response = await base.SendAsync(request, cancellationToken);
            await KeepAsync(response.RequestMessage!, cancellationToken);
            return response;
        }

        private async Task KeepAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is { } form)
            {
                Forms.Add(await form.ReadAsStringAsync(cancellationToken));
            }
        }
    }
}
