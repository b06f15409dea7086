using System.Net;

using B2BAssertions.IntegrationTests.PartnerClientTests;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>An API, or who stands in for it, that sends the client to another server.</summary>
[Trait("Rule", "PC-07")]
public sealed class RedirectTests : IAsyncLifetime
{
    private const string Elsewhere = "/elsewhere";
    private readonly TokenSystem _system = new();

    public ValueTask InitializeAsync()
    {
        _system.Orders.Instead = _ => Results.Redirect(_system.Issuer.Address + Elsewhere, preserveMethod: true);
        _system.Issuer.Instead = request => request.Path == Elsewhere ? StubServers.Problem(401, "invalid_token") : null;
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task A_request_with_a_token_follows_no_redirect()
    {
        await _system.StartAsync();

        Assert.Equal(HttpStatusCode.TemporaryRedirect, await SendAsync());

        Assert.DoesNotContain(_system.Issuer.Requests, request => request.Path == Elsewhere);
    }

    [Fact]
    public async Task A_server_that_a_redirect_leads_to_gets_no_token_with_its_401()
    {
        await _system.StartAsync(configureAfter: services =>
            services.AddHttpClient("api").ConfigurePrimaryHttpMessageHandler(() => new Following()));
        var token = (await _system.Tokens.GetAsync(TestContext.Current.CancellationToken)).Token;

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync());

        Assert.Null(Assert.Single(_system.Issuer.Requests, request => request.Path == Elsewhere).Authorization);
        Assert.Same(token, _system.Tokens.State.Token);
        Assert.Single(_system.Logs.Lines, line => line.Contains("'api' has a primary handler of type", StringComparison.Ordinal));
    }

    private async Task<HttpStatusCode> SendAsync()
    {
        using var response = await _system.Api.GetAsync("/orders", TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    /// <summary>A primary handler of the application's own that follows redirects, as the platform's does.</summary>
    private sealed class Following : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _inner = new(new SocketsHttpHandler());

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _inner.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
