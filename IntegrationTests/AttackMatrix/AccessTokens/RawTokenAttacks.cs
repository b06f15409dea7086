using System.Net.Sockets;
using System.Text;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix.AccessTokens;

/// <summary>What no HTTP client would send: the web server refuses it before anybody looks at a token.</summary>
public sealed class RawTokenAttacks(AttackedApi api) : TokenAttackTests(api)
{
    [Fact]
    public async Task A_token_of_100_KiB_of_dots_is_refused() => await AssertRefusedAsync(new string('.', 100 * 1024), 431);

    [Fact]
    public async Task A_NUL_in_a_token_is_refused() => await AssertRefusedAsync($"{Token()}\0", 400);

    [Fact]
    public async Task A_line_feed_in_a_token_is_refused() => await AssertRefusedAsync(Token().Insert(10, "\n"), 400);

    [Fact]
    public async Task A_letter_that_is_not_ASCII_in_a_token_is_refused() => await AssertRefusedAsync(Token().Insert(10, "\u00e4"), 400);

    [Fact]
    [Trait("Rule", "RS-01")]
    public async Task Two_headers_with_one_right_token_each_are_refused() =>
        await AssertRefusedAsync($"{Token()}\r\nAuthorization: Bearer {Token()}", 400);

    private string Token() => new TokenAttempt(Api).Es256();

    private async Task AssertRefusedAsync(string token, int status)
    {
        var address = new Uri(Api.System.Api.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.UTF8.GetBytes($"GET /orders HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith($"HTTP/1.1 {status} ", line, StringComparison.Ordinal);
        await AssertAcceptedAsync(attempt => attempt.Es256());
    }
}
