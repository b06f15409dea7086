using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>
/// A token server that closes a connection which was kept alive just as the next request arrives (row 26 of issue 14): the client cannot
/// know, so it sends once more, on a connection of its own and with another assertion.
/// </summary>
[Trait("Rule", "PC-01")]
public sealed class ClosedConnectionTests : IAsyncLifetime
{
    private const string Token = """{"access_token":"opaque","token_type":"Bearer","expires_in":60}""";

    private readonly TokenSystem _system = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The form of each request, after the number of its connection.</summary>
    private readonly List<(int Connection, string Form)> _requests = [];
    private Task _serving = Task.CompletedTask;

    public ValueTask InitializeAsync()
    {
        _listener.Start();
        _system.Settings["TokenEndpoint"] = $"http://{_listener.LocalEndpoint}/token";
        _system.Build();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _serving;
        await _system.DisposeAsync();
        _stopping.Dispose();
    }

    [Fact]
    public async Task Row_26_a_request_on_a_connection_that_was_closed_is_sent_once_more_with_another_assertion()
    {
        Serve(answersOnFirst: 1, answersOnLater: 2);
        Assert.NotNull((await GetAsync()).Token);

        var result = await GetAnewAsync();

        Assert.True(result.Token is not null, result.Failure?.ToString());
        Assert.Equal([1, 1, 2], _requests.Select(request => request.Connection));
        Assert.Equal(3, _requests.Select(request => AssertionIn(request.Form).Id).Distinct().Count());
    }

    [Fact]
    public async Task Row_26_a_new_connection_that_is_closed_without_an_answer_is_a_failure_at_once()
    {
        Serve(answersOnFirst: 0, answersOnLater: 0);

        Assert.Equal("server_unavailable", (await GetAsync()).Failure?.Code);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task Row_26_there_is_one_further_attempt_and_no_third()
    {
        Serve(answersOnFirst: 1, answersOnLater: 0);
        Assert.NotNull((await GetAsync()).Token);

        Assert.Equal("server_unavailable", (await GetAnewAsync()).Failure?.Code);
        Assert.Equal([1, 1, 2], _requests.Select(request => request.Connection));
    }

    private async Task<AccessTokenResult> GetAsync() => await _system.Tokens.GetAsync(TestContext.Current.CancellationToken);

    private Task<AccessTokenResult> GetAnewAsync()
    {
        _system.Time.Advance(TimeSpan.FromMinutes(2));
        return GetAsync();
    }

    private static JsonWebToken AssertionIn(string form) => new(Uri.UnescapeDataString(
        form.Split('&').Single(parameter => parameter.StartsWith("client_assertion=", StringComparison.Ordinal))["client_assertion=".Length..]));

    /// <summary>So many requests of a connection are answered; the next one is read, and the connection closed.</summary>
    private void Serve(int answersOnFirst, int answersOnLater) => _serving = Task.Run(async () =>
    {
        for (var connection = 1; ; connection++)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                await AnswerAsync(client.GetStream(), connection, connection == 1 ? answersOnFirst : answersOnLater);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
            {
                return;
            }
        }
    });

    private async Task AnswerAsync(NetworkStream stream, int connection, int answers)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        for (var request = 0; ; request++)
        {
            var length = 0;
            while (await reader.ReadLineAsync(_stopping.Token) is { Length: > 0 } line)
            {
                length = line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase) ? int.Parse(line.AsSpan(16), CultureInfo.InvariantCulture) : length;
            }

            if (length == 0)
            {
                return;
            }

            var form = new char[length];
            await reader.ReadBlockAsync(form, _stopping.Token);
            _requests.Add((connection, new string(form)));
            if (request == answers)
            {
                return;
            }

            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Token.Length}\r\n\r\n{Token}"),
                _stopping.Token);
        }
    }
}
