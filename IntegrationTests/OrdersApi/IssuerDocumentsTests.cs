using B2BAssertions.Jose;
using B2BAssertions.ResourceServer;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>What an issuer, and what stands before it, answers in place of its metadata and keys: rows 8 and 13 of issue 14.</summary>
[Trait("Rule", "RS-02")]
public sealed class IssuerDocumentsTests : IAsyncLifetime
{
    private const string OAuthPath = "/.well-known/oauth-authorization-server";
    private const string OpenIdPath = "/.well-known/openid-configuration";
    private const string JwksPath = "/jwks";

    private OrdersSystem _system = null!;

    public async ValueTask InitializeAsync() => _system = await OrdersSystem.StartAsync();

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Theory]
    [InlineData("HTML")]
    [InlineData("redirect")]
    [InlineData("503")]
    [InlineData("404")]
    [InlineData("broken off")]
    [InlineData("no object")]
    [InlineData("no issuer")]
    [InlineData("another issuer")]
    [InlineData("no jwks_uri")]
    [InlineData("jwks_uri of no use")]
    [InlineData("compressed")]
    public async Task Row_8_the_OpenID_document_is_read_where_the_first_place_has_none_to_use(string first)
    {
        Answer(first, "metadata");

        Assert.Equal(200, await SendAsync());
        Assert.DoesNotContain(_system.Api.Logs.Lines, line => line.Contains("The issuer's keys cannot be read", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HTML", "404", "is not valid JSON from line 1, byte 1 on", "answered 404")]
    [InlineData("503", "redirect", "answered 503", "answered 302")]
    [InlineData("no issuer", "503", "names the issuer '(none)', expected '{0}'", "answered 503")]
    [InlineData("404", "another issuer", "answered 404", "names the issuer 'https://another.example', expected '{0}'")]
    [InlineData("jwks_uri of no use", "no jwks_uri", "names the jwks_uri 'ftp://127.0.0.1/jwks', expected an absolute https address", "names the jwks_uri '(none)'")]
    [InlineData("compressed", "no object", "answered with a body that is compressed (br), which was not asked for", "is not a JSON object")]
    public async Task Row_8_where_neither_is_of_use_both_are_told(string first, string second, string ofFirst, string ofSecond)
    {
        Answer(first, second);

        Assert.Equal(503, await SendAsync());
        Assert.Single(_system.Api.Logs.Lines, line =>
            line.Contains($"The issuer's keys cannot be read: {_system.Issuer.Address}{OAuthPath} {Told(ofFirst)}", StringComparison.Ordinal)
            && line.Contains($"; {_system.Issuer.Address}{OpenIdPath} {Told(ofSecond)}", StringComparison.Ordinal));
    }

    /// <summary>RFC 8414 §3.3, though the keys are the very ones that the token was signed with.</summary>
    [Fact]
    public async Task Row_8_keys_that_another_issuer_names_are_not_even_asked_for()
    {
        var paths = Answer("another issuer", "another issuer");

        Assert.Equal(503, await SendAsync());
        Assert.Equal([OAuthPath, OpenIdPath], paths);
    }

    [Fact]
    public async Task Row_8_a_first_place_that_does_not_answer_costs_three_seconds()
    {
        var hanging = new Hanging();
        Answer(hanging, Results.Text(_system.Issuer.Metadata.ToJsonString()));

        var answer = SendAsync();
        await hanging.Reached;
        _system.Time.Advance(IssuerKeySource.DocumentTimeLimit);

        Assert.Equal(200, await answer);
    }

    /// <summary>A client waits: three documents of three seconds would be nine.</summary>
    [Fact]
    public async Task Row_8_all_documents_together_take_six_seconds_at_most()
    {
        var (first, second, jwks) = (new Hanging(), new Hanging(_system.Issuer.Metadata.ToJsonString()), new Hanging());
        Answer(first, second, jwks);

        var answer = SendAsync();
        await first.Reached;
        _system.Time.Advance(IssuerKeySource.DocumentTimeLimit);
        await second.Reached;
        _system.Time.Advance(IssuerKeySource.DocumentTimeLimit / 2);
        second.GoOn();
        await jwks.Reached;
        _system.Time.Advance(IssuerKeySource.DocumentTimeLimit / 2);

        Assert.Equal(503, await answer);
        Assert.Equal(IssuerKeySource.TimeLimit, IssuerKeySource.DocumentTimeLimit * 2);
        Assert.Contains(_system.Api.Logs.Lines, line => line.Contains($"{_system.Issuer.JwksUri} did not answer in time", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(OAuthPath)]
    [InlineData(JwksPath)]
    public async Task Row_13_a_document_that_says_it_is_not_packed_is_read(string path)
    {
        var text = path == JwksPath ? new JwkSet(_system.Issuer.Published).ToJson() : _system.Issuer.Metadata;
        _system.Issuer.Instead = asked => asked == path ? new Coded("Identity", text.ToJsonString()) : null;

        Assert.Equal(200, await SendAsync());
        Assert.Equal(["identity", "identity"], _system.Issuer.AcceptEncodings);
    }

    [Fact]
    public async Task Row_13_keys_that_are_compressed_unasked_are_told_as_that()
    {
        _system.Issuer.Instead = asked => asked == JwksPath ? new Coded("gzip", "\u001F") : null;

        Assert.Equal(503, await SendAsync());
        Assert.Contains(_system.Api.Logs.Lines, line => line.Contains(
            $"{_system.Issuer.JwksUri} answered with a body that is compressed (gzip), which was not asked for", StringComparison.Ordinal));
    }

    /// <returns>The paths that are asked for, in their order.</returns>
    private List<string> Answer(string first, string second) => Answer(InPlaceOfMetadata(first), InPlaceOfMetadata(second));

    private List<string> Answer(IResult first, IResult second, IResult? jwks = null)
    {
        var paths = new List<string>();
        _system.Issuer.Instead = path =>
        {
            paths.Add(path);
            return path switch
            {
                OAuthPath => first,
                OpenIdPath => second,
                _ => jwks,
            };
        };
        return paths;
    }

    private string Told(string text) => text.Replace("{0}", _system.Issuer.Address, StringComparison.Ordinal);

    private async Task<int> SendAsync() => (await _system.GetAsync("/orders", _system.Token().Make())).Status;

    private IResult InPlaceOfMetadata(string what)
    {
        var metadata = _system.Issuer.Metadata;
        switch (what)
        {
            case "HTML": return Results.Text("<html></html>", "text/html");
            case "redirect": return Results.Redirect("/elsewhere");
            case "503": return Results.StatusCode(503);
            case "404": return Results.NotFound();
            case "broken off": return new BrokenOff();
            case "compressed": return new Coded("br", "\u000B");
            case "no object": return Results.Text("[]");
            case "no issuer": metadata.Remove("issuer"); break;
            case "another issuer": metadata["issuer"] = "https://another.example"; break;
            case "no jwks_uri": metadata.Remove("jwks_uri"); break;
            case "jwks_uri of no use": metadata["jwks_uri"] = "ftp://127.0.0.1/jwks"; break;
            case "metadata": break;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, null);
        }

        return Results.Text(metadata.ToJsonString());
    }

    /// <summary>An answer that names a content coding.</summary>
    private sealed class Coded(string coding, string body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.ContentEncoding = coding;
            return httpContext.Response.WriteAsync(body);
        }
    }

    /// <summary>A connection that ends without an answer.</summary>
    private sealed class BrokenOff : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Abort();
            return Task.CompletedTask;
        }
    }

    /// <summary>No answer, until the test lets it go on or nobody waits for it any more.</summary>
    private sealed class Hanging(string body = "") : IResult
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task.WaitAsync(TestContext.Current.CancellationToken);

        public void GoOn() => _goOn.TrySetResult();

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            _reached.TrySetResult();
            await _goOn.Task.WaitAsync(httpContext.RequestAborted);
            await httpContext.Response.WriteAsync(body);
        }
    }
}
