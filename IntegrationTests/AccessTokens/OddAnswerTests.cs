using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>What servers, and what stands before them, answer in place of metadata and tokens: rows 8, 13 and 30 of issue 14.</summary>
[Trait("Rule", "AT-05")]
public sealed class OddAnswerTests : IAsyncLifetime
{
    private const string OpenIdPath = "/.well-known/openid-configuration";

    private readonly TokenSystem _system = new();

    public ValueTask InitializeAsync() => new(_system.StartAsync());

    public async ValueTask DisposeAsync() => await _system.DisposeAsync();

    [Theory]
    [InlineData("HTML")]
    [InlineData("redirect")]
    [InlineData("503")]
    [InlineData("no issuer")]
    [InlineData("another issuer")]
    [InlineData("no token endpoint")]
    [InlineData("compressed")]
    [InlineData("404")]
    public async Task Row_8_the_OpenID_document_is_read_where_the_first_place_has_none_to_use(string first)
    {
        _system.Issuer.Instead = request => request.Path switch
        {
            StubAuthorizationServer.MetadataPath => InPlaceOfMetadata(first),
            OpenIdPath => Results.Json(_system.Issuer.Metadata),
            _ => null,
        };

        var result = await GetAsync();

        Assert.True(result.Token is not null, result.Failure?.ToString());
        Assert.Equal(1, _system.Issuer.Requests.Count(request => request.Path == OpenIdPath));
    }

    [Theory]
    [InlineData("HTML", "404", "metadata_unreadable", "answered 200 without a JSON object", "answered 404")]
    [InlineData("503", "404", "server_unavailable", "answered 503", "answered 404")]
    [InlineData("404", "503", "server_unavailable", "answered 404", "answered 503")]
    [InlineData("another issuer", "503", "issuer_mismatch", "names another issuer", "answered 503")]
    [InlineData("redirect", "another issuer", "issuer_mismatch", "answered 302", "names another issuer")]
    [InlineData("compressed", "no issuer", "metadata_unreadable", "answered 200 with a body that is compressed (br)", "answered without issuer or token_endpoint")]
    public async Task Row_8_where_neither_is_of_use_both_are_told(string first, string second, string code, string ofFirst, string ofSecond)
    {
        _system.Issuer.Instead = request => request.Path switch
        {
            StubAuthorizationServer.MetadataPath => InPlaceOfMetadata(first),
            OpenIdPath => InPlaceOfMetadata(second),
            _ => null,
        };

        var failure = (await GetAsync()).Failure!;

        Assert.Equal(code, failure.Code);
        Assert.Contains($"{StubAuthorizationServer.MetadataPath} {ofFirst}", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{OpenIdPath} {ofSecond}", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A server that asks to be left alone is not asked twice.</summary>
    [Fact]
    public async Task Row_8_after_429_the_other_place_is_left_alone()
    {
        _system.Issuer.Instead = request => request.IsGet ? Results.StatusCode(429) : null;

        Assert.Equal("too_many_requests", (await GetAsync()).Failure?.Code);
        Assert.Single(_system.Issuer.Requests);
    }

    [Theory]
    [InlineData("identity", true)]
    [InlineData("Identity", true)]
    [InlineData("gzip", false)]
    [InlineData("x-unheard-of", false)]
    public async Task Row_13_a_token_that_is_compressed_unasked_is_told_as_that(string coding, bool works)
    {
        _system.Issuer.Instead = request => request.IsPost
            ? new Coded(coding, """{"access_token":"opaque","token_type":"Bearer"}"""u8.ToArray())
            : null;

        var result = await GetAsync();

        Assert.Equal(works, result.Token is not null);
        if (!works)
        {
            Assert.Equal("token_unreadable", result.Failure!.Code);
            Assert.Contains($"with a body that is compressed ({coding}), which was not asked for", result.Failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(403, "User-Agent")]
    [InlineData(400, "what stands between")]
    public async Task Row_30_a_refusal_without_a_code_is_told_as_what_it_may_be(int status, string hint)
    {
        _system.Issuer.Instead = request => request.IsPost ? Results.StatusCode(status) : null;

        var failure = (await GetAsync()).Failure!;

        Assert.Equal(("token_unreadable", false), (failure.Code, failure.IsPermanent));
        Assert.Contains($"answered {status} without an error code (RFC 6749 §5.2).", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"the client id '{StubServers.ClientId}'", failure.WhatToDo, StringComparison.Ordinal);
        Assert.Contains(hint, failure.WhatToDo, StringComparison.Ordinal);
    }

    private async Task<AccessTokenResult> GetAsync() => await _system.Tokens.GetAsync(TestContext.Current.CancellationToken);

    private IResult InPlaceOfMetadata(string what) => what switch
    {
        "HTML" => Results.Text("<html></html>", "text/html"),
        "redirect" => Results.Redirect("/elsewhere"),
        "503" => Results.StatusCode(503),
        "404" => Results.NotFound(),
        "no issuer" => Results.Json(new { token_endpoint = _system.Issuer.TokenEndpoint }),
        "no token endpoint" => Results.Json(new { issuer = _system.Issuer.Address }),
        "another issuer" => Results.Json(new { issuer = "https://another.example", token_endpoint = _system.Issuer.TokenEndpoint }),
        "compressed" => new Coded("br", [0x0B, 0x02, 0x80]),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
    };

    /// <summary>An answer that names a content coding.</summary>
    private sealed class Coded(string coding, byte[] body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.ContentEncoding = coding;
            httpContext.Response.ContentType = "application/json";
            return httpContext.Response.Body.WriteAsync(body).AsTask();
        }
    }
}
