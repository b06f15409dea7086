using System.Net.Sockets;
using System.Text;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

[Trait("Rule", "RS-01")]
public sealed class TokenTransportTests(OrdersSystem system) : IClassFixture<OrdersSystem>
{
    [Fact]
    public async Task A_valid_token_in_the_header_reads_the_orders()
    {
        var answer = await system.GetAsync("/orders", system.Token().Make());

        Assert.Equal(200, answer.Status);
        Assert.Equal(["ord-1001", "ord-1002", "ord-1003", "ord-1004", "ord-1005", "ord-1006"], answer.OrderIds());
    }

    [Fact]
    public async Task The_scheme_may_be_written_in_any_case()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
        request.Headers.TryAddWithoutValidation("Authorization", $"bEARER {system.Token().Make()}");

        Assert.Equal(200, (await system.SendAsync(request)).Status);
    }

    [Fact]
    public async Task A_token_in_the_query_is_ignored()
    {
        var answer = await system.GetAsync($"/orders?access_token={system.Token().Make()}", token: null);

        Assert.Equal((401, "token_missing"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_token_in_the_body_is_ignored()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["access_token"] = system.Token().Make() });

        var answer = await system.SendAsync(request);

        Assert.Equal((401, "token_missing"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Another_scheme_is_no_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
        request.Headers.TryAddWithoutValidation("Authorization", "Basic cGFydG5lcjpzZWNyZXQ=");

        var answer = await system.SendAsync(request);

        Assert.Equal((401, "token_missing"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Two_tokens_in_one_header_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {system.Token().Make()}, Bearer {system.Token().Make()}");

        var answer = await system.SendAsync(request);

        Assert.Equal((400, "token_repeated"), (answer.Status, answer.Code));
        Assert.Equal($"Bearer error=\"invalid_request\", {system.ResourceMetadata}", answer.Challenge);
    }

    [Fact]
    public async Task Two_authorization_headers_are_refused_though_both_hold_the_same_valid_token()
    {
        var token = system.Token().Make();

        var answer = await SendRawAsync($"Authorization: Bearer {token}\r\nAuthorization: Bearer {token}\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"token_repeated\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer one two")]
    [InlineData("Bearer {token}")]
    public async Task The_scheme_without_a_sound_token_is_a_malformed_request(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
        request.Headers.TryAddWithoutValidation("Authorization", header);

        var answer = await system.SendAsync(request);

        Assert.Equal((400, "token_malformed"), (answer.Status, answer.Code));
    }

    /// <summary>HttpClient would join the headers into one.</summary>
    private async Task<string> SendRawAsync(string headers)
    {
        var address = new Uri(system.Api.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"GET /orders HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n{headers}\r\n"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
