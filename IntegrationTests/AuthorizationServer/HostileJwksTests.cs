using System.Text;

using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.IntegrationTests.Hosting;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>What a client's server may do to whoever asks it for keys, on real sockets: refused in bounded time and memory.</summary>
public sealed class HostileJwksTests(HostileJwksSource hostile) : IClassFixture<HostileJwksSource>
{
    private const long Gibibyte = 1024 * 1024 * 1024;

    /// <summary>What the two sockets' buffers may hold beside what was read.</summary>
    private const long MaxSent = 32 * 1024 * 1024;

    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: application/jwk-set+json\r\nConnection: close\r\n";

    private static readonly string Kibibytes = new(' ', 16 * 1024);

    private static readonly Dictionary<string, Func<RawServer.Connection, Task>> Endless = new()
    {
        ["a body of 1 GiB"] = async connection =>
        {
            await connection.SendAsync($"{Ok}Content-Length: {Gibibyte}\r\n\r\n");
            await connection.SendRepeatedlyAsync(Kibibytes, Gibibyte);
        },
        ["1 GiB in chunks"] = async connection =>
        {
            await connection.SendAsync($"{Ok}Transfer-Encoding: chunked\r\n\r\n");
            await connection.SendRepeatedlyAsync($"4000\r\n{Kibibytes}\r\n", Gibibyte);
        },
        ["a chunk of 1 GiB"] = async connection =>
        {
            await connection.SendAsync($"{Ok}Transfer-Encoding: chunked\r\n\r\n40000000\r\n");
            await connection.SendRepeatedlyAsync(Kibibytes, Gibibyte);
        },
        ["a body that never ends"] = async connection =>
        {
            await connection.SendAsync($"{Ok}\r\n");
            await connection.SendRepeatedlyAsync(Kibibytes);
        },
        ["headers that never end"] = async connection =>
        {
            await connection.SendAsync(Ok);
            await connection.SendRepeatedlyAsync($"X-Padding: {new string('x', 1000)}\r\n");
        },
        ["a header line that never ends"] = async connection =>
        {
            await connection.SendAsync($"{Ok}X-Padding: ");
            await connection.SendRepeatedlyAsync(new string('x', 1000));
        },
        ["a status line that never ends"] = connection => connection.SendRepeatedlyAsync("HTTP/1.1 200 OK "),
    };

    private static readonly Dictionary<string, Func<RawServer.Connection, Task>> Bounded = new()
    {
        ["10,000 keys"] = connection => BodyAsync(connection, Keys(10_000, "{}")),
        ["10,000 small RSA keys"] = connection => BodyAsync(connection, Keys(10_000, """{"kty":"RSA","n":"AQAB","e":"AQAB"}""")),
        ["33 keys"] = connection => BodyAsync(connection, Keys(33, "{}")),
        ["deep nesting"] = connection => BodyAsync(connection, $"{{\"keys\":{new string('[', 30_000)}"),
        ["no JSON"] = connection => BodyAsync(connection, "<html>"),
        ["a bomb"] = connection => BodyAsync(connection, "zip", "Content-Encoding: gzip\r\n"),
        ["a redirect"] = connection => connection.SendAsync("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
        ["no HTTP"] = connection => connection.SendAsync("220 mail.partner.example ESMTP\r\n"),
        ["nothing"] = _ => Task.CompletedTask,
        ["half a body"] = connection => connection.SendAsync($"{Ok}Content-Length: 100\r\n\r\n{{\"keys\":["),
    };

    private static readonly Dictionary<string, Func<RawServer.Connection, Task>> Slow = new()
    {
        ["silence"] = _ => Task.CompletedTask,
        ["half a status line"] = connection => connection.SendAsync("HTTP/1.1 2"),
        ["headers without an end"] = connection => connection.SendAsync(Ok),
        ["a body without an end"] = connection => connection.SendAsync($"{Ok}Content-Length: 100\r\n\r\n{{"),
        ["interim answers for ever"] = connection => connection.SendRepeatedlyAsync("HTTP/1.1 103 Early Hints\r\n\r\n", 4096),
    };

    [Theory]
    [Trait("Rule", "JW-05")]
    [InlineData("a body of 1 GiB", "jwks_too_large")]
    [InlineData("1 GiB in chunks", "jwks_too_large")]
    [InlineData("a chunk of 1 GiB", "jwks_too_large")]
    [InlineData("a body that never ends", "jwks_too_large")]
    [InlineData("headers that never end", "jwks_unreachable")]
    [InlineData("a header line that never ends", "jwks_unreachable")]
    [InlineData("a status line that never ends", "jwks_unreachable")]
    public async Task Of_an_endless_answer_a_bounded_part_is_read(string answer, string code)
    {
        var before = hostile.Source.BytesSent;

        await RefusesAsync(Endless[answer], code);

        await WaitFor.StateAsync("the connection is closed", () => hostile.Source.Open == 0 ? "closed" : null);
        Assert.InRange(hostile.Source.BytesSent - before, 1, MaxSent);
    }

    [Theory]
    [Trait("Rule", "JW-05")]
    [InlineData("10,000 keys", "jwks_too_many_keys")]
    [InlineData("10,000 small RSA keys", "jwks_too_large")]
    [InlineData("33 keys", "jwks_too_many_keys")]
    [InlineData("deep nesting", "jwks_malformed")]
    [InlineData("no JSON", "jwks_malformed")]
    [InlineData("a bomb", "jwks_content_type")]
    [InlineData("a redirect", "jwks_unreachable")]
    [InlineData("no HTTP", "jwks_unreachable")]
    [InlineData("nothing", "jwks_unreachable")]
    [InlineData("half a body", "jwks_unreachable")]
    public Task An_answer_that_is_no_sound_set_is_refused(string answer, string code) => RefusesAsync(Bounded[answer], code);

    [Theory]
    [Trait("Rule", "JW-05")]
    [InlineData("silence")]
    [InlineData("half a status line")]
    [InlineData("headers without an end")]
    [InlineData("a body without an end")]
    [InlineData("interim answers for ever")]
    public async Task A_slow_answer_is_given_up_after_3_seconds(string answer)
    {
        var said = new TaskCompletionSource();
        await RefusesAsync(
            async connection =>
            {
                await Slow[answer](connection);
                said.SetResult();
                await connection.FallSilentAsync();
            },
            "jwks_unreachable",
            async () =>
            {
                await said.Task;
                hostile.Fixture.Time.Advance(ClientJwksFetcher.TimeLimit);
            });
    }

    [Fact]
    [Trait("Rule", "JW-05")]
    public async Task A_body_that_drips_gains_no_time()
    {
        var steps = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource()).ToList();
        var dripped = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource()).ToList();
        await RefusesAsync(
            async connection =>
            {
                await connection.SendAsync($"{Ok}Content-Length: 100\r\n\r\n");
                for (var step = 0; step < steps.Count; step++)
                {
                    await connection.SendAsync(" ");
                    dripped[step].SetResult();
                    await steps[step].Task;
                }

                await connection.FallSilentAsync();
            },
            "jwks_unreachable",
            async () =>
            {
                for (var step = 0; step < steps.Count; step++)
                {
                    await dripped[step].Task;
                    hostile.Fixture.Time.Advance(TimeSpan.FromSeconds(1));
                    steps[step].SetResult();
                }
            });
    }

    /// <summary>Client A is refused for now, the log says why, and client B gets a token by a fetch of its own meanwhile.</summary>
    private async Task RefusesAsync(Func<RawServer.Connection, Task> answer, string code, Func<Task>? meanwhile = null)
    {
        hostile.StartAnew();
        hostile.Source.Answer = (_, connection) => answer(connection);
        var (requests, others) = (hostile.Source.Requests, hostile.Fixture.JwksB.Requests);

        var refused = hostile.Fixture.SendAsync(hostile.Fixture.MakerA.Make());
        Assert.Equal(200, (await hostile.Fixture.SendAsync(hostile.Fixture.MakerB.Make())).Status);
        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        var found = await refused;

        Assert.Equal((503, "temporarily_unavailable"), (found.Status, found.Error));
        Assert.Contains(hostile.Logged, line => line.Contains(code, StringComparison.Ordinal));
        Assert.Equal((requests + 1, others + 1), (hostile.Source.Requests, hostile.Fixture.JwksB.Requests));
    }

    private static Task BodyAsync(RawServer.Connection connection, string body, string headers = "") =>
        connection.SendAsync($"{Ok}{headers}Content-Length: {Encoding.ASCII.GetByteCount(body)}\r\n\r\n{body}");

    private static string Keys(int count, string key) => $"{{\"keys\":[{string.Join(',', Enumerable.Repeat(key, count))}]}}";
}
