using System.Net;
using System.Net.Http.Json;
using System.Text;

using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>An API that answers 401.</summary>
[Trait("Rule", "PC-04")]
public sealed class RefusedTokenTests : IAsyncLifetime
{
    private readonly TokenSystem _system = new();
    private string? _refused;

    public async ValueTask InitializeAsync()
    {
        await _system.StartAsync();
        _system.Orders.Instead = request => request.Authorization == $"Bearer {_refused}"
            ? StubServers.Problem(401, "invalid_token")
            : Results.Ok();
    }

    public async ValueTask DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task A_hundred_callers_with_the_same_refused_token_renew_it_once()
    {
        await RefuseCurrentTokenAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => SendAsync(HttpMethod.Get)));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(2, _system.Issuer.TokenRequests.Count);
    }

    [Fact]
    public async Task An_API_that_refuses_every_token_gets_no_third_one_for_half_a_minute()
    {
        _system.Orders.Instead = _ => StubServers.Problem(401, "invalid_token");
        for (var requests = 0; requests < 10; requests++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Get));
        }

        Assert.Equal(2, _system.Issuer.TokenRequests.Count);
        Assert.Equal(11, _system.Orders.Requests.Count);

        _system.Time.Advance(TimeSpan.FromSeconds(30));
        await SendAsync(HttpMethod.Get);
        Assert.Equal(3, _system.Issuer.TokenRequests.Count);
    }

    public static TheoryData<string, bool> Bodies => new()
    {
        { "json", true },
        { "text", true },
        { "bytes", true },
        { "form", true },
        { "stream of known length", true },
        { "large stream", false },
        { "stream of unknown length", false },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_request_is_sent_again_if_its_body_can_be(string kind, bool isSentAgain)
    {
        await RefuseCurrentTokenAsync();
        var content = Body(kind);

        var status = await SendAsync(HttpMethod.Post, content);

        var bodies = _system.Orders.Requests.Select(request => request.Body).ToArray();
        Assert.Equal(isSentAgain ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, status);
        Assert.Equal(isSentAgain ? 2 : 1, bodies.Length);
        Assert.Contains("order", Assert.Single(bodies.Distinct()), StringComparison.Ordinal);

        // Sent again or not, the next request has another token.
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.Equal(2, _system.Issuer.TokenRequests.Count);
    }

    [Fact]
    [Trait("Rule", "PC-05")]
    public async Task A_refused_token_is_kept_while_no_other_can_be_had()
    {
        var token = (await _system.Tokens.GetAsync(TestContext.Current.CancellationToken)).Token!;
        await FailRenewalAsync(token);
        _refused = token.Value;

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Get));

        // Another API, or the same one a moment later, takes it still.
        _refused = null;
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.Same(token, _system.Tokens.State.Token);
    }

    [Fact]
    public async Task A_request_without_a_token_is_not_sent_and_its_caller_told_why()
    {
        _system.Issuer.Instead = request => request.IsPost ? Results.StatusCode(503) : null;

        var exception = await Assert.ThrowsAsync<AccessTokenUnavailableException>(() => SendAsync(HttpMethod.Get));

        Assert.Equal("server_unavailable", exception.Failure.Code);
        Assert.Contains("Next try not before", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_system.Orders.Requests);
    }

    [Fact]
    [Trait("Rule", "PC-07")]
    public async Task A_token_goes_over_https_only()
    {
        await using var strict = new TokenSystem();
        strict.Settings["Issuer"] = "https://issuer.example";
        strict.Settings.Remove("AllowHttp");
        await strict.StartAsync();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => strict.Api.GetAsync("/orders", TestContext.Current.CancellationToken));

        Assert.Contains("https only", exception.Message, StringComparison.Ordinal);
        Assert.Empty(strict.Orders.Requests);
    }

    private async Task FailRenewalAsync(AccessToken token)
    {
        _system.Issuer.Instead = request => request.IsPost ? Results.StatusCode(503) : null;
        _system.Time.Advance(token.RenewAt - _system.Time.GetUtcNow());
        await _system.Tokens.GetAsync(TestContext.Current.CancellationToken);
        await Hosting.WaitFor.StateAsync("the failed renewal", () => _system.Tokens.State.Failure);
    }

    private async Task RefuseCurrentTokenAsync() =>
        _refused = (await _system.Tokens.GetAsync(TestContext.Current.CancellationToken)).Token!.Value;

    private async Task<HttpStatusCode> SendAsync(HttpMethod method, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, "/orders") { Content = content };
        using var response = await _system.Api.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static HttpContent Body(string kind) => kind switch
    {
        "json" => JsonContent.Create(new { order = 1 }),
        "text" => new StringContent("order"),
        "bytes" => new ByteArrayContent("order"u8.ToArray()),
        "form" => new FormUrlEncodedContent([new("order", "1")]),
        "stream of known length" => new StreamContent(new MemoryStream("order"u8.ToArray())),
        "large stream" => new StreamContent(new MemoryStream(Encoding.ASCII.GetBytes("order" + new string(' ', 65 * 1024)))),
        _ => new UnknownLength("order"u8.ToArray()),
    };

    private sealed class UnknownLength(byte[] body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(body).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
