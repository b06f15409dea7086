using System.Net.Http.Headers;

using Xunit;

namespace B2BAssertions.IntegrationTests.ResourceServerTests;

/// <summary>Issue 14, row 21 (RFC 9110 §9.3.2): HEAD is answered as GET is, without the body, at every address of every service.</summary>
public sealed class HeadTests
{
    [Theory]
    [Trait("Rule", "RS-08")]
    [InlineData("/.well-known/oauth-protected-resource", false, 200)]
    [InlineData("/health", false, 200)]
    [InlineData("/open", false, 200)]
    [InlineData("/any-of", true, 200)]
    [InlineData("/any-of", false, 401)]
    [InlineData("/nowhere", true, 404)]
    public async Task HEAD_is_answered_as_GET_without_the_body(string path, bool withToken, int status)
    {
        await using var system = await ProtectedSystem.StartAsync();

        var (got, body) = await SendAsync(system, HttpMethod.Get, path, withToken);
        var (headed, nothing) = await SendAsync(system, HttpMethod.Head, path, withToken);

        Assert.Equal((status, true), (got.Status, body.Length > 0));
        Assert.Equal(got, headed);
        Assert.Empty(nothing);
    }

    private static async Task<((int Status, string? Type, string Challenge) Answer, byte[] Body)> SendAsync(
        ProtectedSystem system, HttpMethod method, string path, bool withToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = withToken ? new AuthenticationHeaderValue("Bearer", system.Token().Make()) : null;
        using var response = await system.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), response.Headers.WwwAuthenticate.ToString());
        return (answer, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
