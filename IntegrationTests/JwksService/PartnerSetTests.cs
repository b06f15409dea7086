using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Jwks;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

using Npgsql;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Which of several readings of the database counts, in every order that they can end in.</summary>
[Trait("Rule", "KR-02")]
public sealed class PartnerSetTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<TaskCompletionSource<PublishedKeys?>> _readings = [];
    private readonly SemaphoreSlim _begun = new(0);
    private readonly PartnerSet _set;

    public PartnerSetTests() => _set = new PartnerSet(ReadAsync, new DatabaseReach(_time, NullLogger<DatabaseReach>.Instance), _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _begun.Dispose();

    [Fact]
    public async Task Readers_that_come_together_share_one_reading()
    {
        var readers = Enumerable.Range(0, 5).Select(_ => _set.GetAsync(Cancellation)).ToList();
        await EndReadingAsync(0, revision: 1);
        await Task.WhenAll(readers);
        Assert.Single(_readings);
    }

    [Fact]
    public async Task The_first_reader_may_leave_before_the_others_have_their_set()
    {
        using var leaves = new CancellationTokenSource();
        var first = _set.GetAsync(leaves.Token);
        var second = _set.GetAsync(Cancellation);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await EndReadingAsync(0, revision: 1);
        Assert.NotNull(await second);
    }

    [Fact]
    public async Task A_reading_that_began_before_a_change_does_not_make_the_set_fresh()
    {
        var before = _set.GetAsync(Cancellation);
        await _begun.WaitAsync(Cancellation);
        _set.Outdate();
        _readings[0].SetResult(Keys(revision: 1));
        await before;
        Assert.Null(_set.Revision);

        var after = _set.GetAsync(Cancellation);
        await EndReadingAsync(1, revision: 2);
        await after;
        Assert.Equal(2, _set.Revision);
    }

    [Fact]
    public async Task A_late_reading_from_before_a_change_does_not_put_the_old_set_back()
    {
        var before = _set.GetAsync(Cancellation);
        await _begun.WaitAsync(Cancellation);
        _set.Outdate();
        var after = _set.GetAsync(Cancellation);
        await EndReadingAsync(1, revision: 2);
        var set = await after;

        _readings[0].SetResult(Keys(revision: 1));

        Assert.Same(set, await before);
        Assert.Equal(2, _set.Revision);
        Assert.Same(set, await _set.GetAsync(Cancellation));
    }

    [Fact]
    public async Task A_reading_that_fails_leaves_the_last_set_and_the_next_reader_tries_again()
    {
        var set = await FirstAsync();
        _set.Outdate();
        var during = _set.GetAsync(Cancellation);
        await _begun.WaitAsync(Cancellation);
        _readings[1].SetException(new DatabaseIsAway());
        Assert.Same(set, await during);

        var after = _set.GetAsync(Cancellation);
        await EndReadingAsync(2, revision: 2);
        await after;
        Assert.Equal(2, _set.Revision);
    }

    [Fact]
    public async Task A_database_that_hangs_costs_a_reader_its_patience_and_not_the_set()
    {
        var set = await FirstAsync();
        _set.Outdate();
        var during = _set.GetAsync(Cancellation);
        await _begun.WaitAsync(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Same(set, await during);
    }

    [Fact]
    public async Task Without_a_set_the_failure_is_the_answer()
    {
        var reader = _set.GetAsync(Cancellation);
        await _begun.WaitAsync(Cancellation);
        _readings[0].SetException(new DatabaseIsAway());
        await Assert.ThrowsAsync<DatabaseIsAway>(() => reader);
    }

    private static PublishedKeys Keys(long revision) => new(revision, []);

    private async Task<PublishedSet?> FirstAsync()
    {
        var reader = _set.GetAsync(Cancellation);
        await EndReadingAsync(0, revision: 1);
        return await reader;
    }

    private async Task EndReadingAsync(int number, long revision)
    {
        await _begun.WaitAsync(Cancellation);
        _readings[number].SetResult(Keys(revision));
    }

    private Task<PublishedKeys?> ReadAsync()
    {
        var reading = new TaskCompletionSource<PublishedKeys?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _readings.Add(reading);
        _begun.Release();
        return reading.Task;
    }

    private sealed class DatabaseIsAway() : NpgsqlException("The database is away.");
}
