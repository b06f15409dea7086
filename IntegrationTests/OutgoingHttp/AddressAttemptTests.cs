using System.Net;
using System.Net.Sockets;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.OutgoingHttp;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.OutgoingHttpTests;

/// <summary>Which of a name's addresses is connected to, and when (RFC 8305; row 3 of issue 14). The attempts are ended by the tests.</summary>
public sealed class AddressAttemptTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<Attempt> _attempts = [];
    private bool _areDeaf;

    [Fact]
    public async Task Row_3_the_next_address_is_tried_while_the_first_does_not_answer()
    {
        var connecting = ConnectAsync("2001:db8::1", "127.0.0.1");
        await AssertTriedAsync("2001:db8::1");

        _time.Advance(AddressAttempts.Delay);
        await AssertTriedAsync("2001:db8::1", "127.0.0.1");
        var stream = _attempts[1].Succeed();

        Assert.Same(stream, await connecting);
        Assert.True(_attempts[0].IsStopped);
    }

    [Fact]
    public async Task Row_3_a_refused_connection_leads_to_the_next_address_at_once()
    {
        var connecting = ConnectAsync("127.0.0.2", "127.0.0.1");

        _attempts[0].Fail(SocketError.ConnectionRefused);
        await AssertTriedAsync("127.0.0.2", "127.0.0.1");

        Assert.Same(_attempts[1].Succeed(), await connecting);
    }

    /// <summary>A server that is slow is not given up for the one that comes after it.</summary>
    [Fact]
    public async Task Row_3_the_first_that_answers_wins_and_a_later_answer_is_closed()
    {
        _areDeaf = true;
        var connecting = ConnectAsync("127.0.0.2", "127.0.0.3");
        _time.Advance(AddressAttempts.Delay);
        await AssertTriedAsync("127.0.0.2", "127.0.0.3");

        Assert.Same(_attempts[0].Succeed(), await connecting);

        var late = _attempts[1].Succeed();
        await WaitFor.StateAsync("the late connection is closed", () => late.CanRead ? null : late);
    }

    [Fact]
    public async Task Row_3_families_take_turns()
    {
        var connecting = ConnectAsync("2001:db8::1", "2001:db8::2", "2001:db8::3", "127.0.0.1", "127.0.0.2");
        string[] expected = ["2001:db8::1", "127.0.0.1", "2001:db8::2", "127.0.0.2", "2001:db8::3"];
        for (var attempt = 0; attempt < 4; attempt++)
        {
            await AssertTriedAsync(expected[..(attempt + 1)]);
            _attempts[attempt].Fail(SocketError.NetworkUnreachable);
        }

        await AssertTriedAsync(expected);
        Assert.Same(_attempts[4].Succeed(), await connecting);
    }

    [Fact]
    public async Task Row_3_of_addresses_that_all_fail_the_first_is_told()
    {
        var connecting = ConnectAsync("127.0.0.2", "127.0.0.1");

        _attempts[0].Fail(SocketError.ConnectionRefused);
        await AssertTriedAsync("127.0.0.2", "127.0.0.1");
        _attempts[1].Fail(SocketError.NetworkUnreachable);

        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => connecting)).SocketErrorCode);
    }

    [Fact]
    public async Task Row_3_a_name_without_addresses_is_unknown() =>
        Assert.Equal(SocketError.HostNotFound, (await Assert.ThrowsAsync<SocketException>(() => ConnectAsync())).SocketErrorCode);

    [Fact]
    public async Task Row_3_who_gives_up_ends_every_attempt()
    {
        using var givingUp = new CancellationTokenSource();
        var connecting = ConnectUntilAsync(["127.0.0.2", "127.0.0.1"], givingUp.Token);
        _time.Advance(AddressAttempts.Delay);
        await AssertTriedAsync("127.0.0.2", "127.0.0.1");

        await givingUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.All(_attempts, attempt => Assert.True(attempt.IsStopped));
    }

    /// <summary>The next attempt begins on a thread of its own.</summary>
    private async Task AssertTriedAsync(params string[] addresses)
    {
        await WaitFor.StateAsync($"{addresses.Length} attempts", () => _attempts.Count >= addresses.Length ? _attempts : null);
        Assert.Equal(addresses, _attempts.Select(attempt => attempt.Address));
    }

    private Task<Stream> ConnectAsync(params string[] addresses) => ConnectUntilAsync(addresses, TestContext.Current.CancellationToken);

    private Task<Stream> ConnectUntilAsync(string[] addresses, CancellationToken cancellationToken) => AddressAttempts.ConnectAsync(
        [.. addresses.Select(IPAddress.Parse)],
        (address, stop) =>
        {
            var attempt = new Attempt(address.ToString(), _areDeaf, stop);
            _attempts.Add(attempt);
            return attempt.Connecting;
        },
        _time,
        cancellationToken);

    /// <param name="isDeaf">Whether it goes on when it is told to stop, as one that has just connected does.</param>
    private sealed class Attempt(string address, bool isDeaf, CancellationToken stop)
    {
        private readonly TaskCompletionSource<Stream> _end = new();

        public string Address => address;

        public bool IsStopped => stop.IsCancellationRequested;

        public Task<Stream> Connecting
        {
            get
            {
                if (!isDeaf)
                {
                    stop.Register(() => _end.TrySetCanceled(stop));
                }

                return _end.Task;
            }
        }

        public MemoryStream Succeed()
        {
            var stream = new MemoryStream();
            _end.SetResult(stream);
            return stream;
        }

        public void Fail(SocketError error) => _end.SetException(new SocketException((int)error));
    }
}
