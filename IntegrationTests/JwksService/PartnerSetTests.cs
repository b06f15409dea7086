using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Jwks;

using Microsoft.Extensions.Diagnostics.HealthChecks;
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
    private readonly List<CancellationToken> _ends = [];
    private readonly DatabaseReach _reach;
    private readonly PartnerSet _set;

    public PartnerSetTests()
    {
        _reach = new DatabaseReach(_time, NullLogger<DatabaseReach>.Instance);
        _set = new PartnerSet(ReadAsync, _reach, _time);
    }

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
        var set = (await after)!.Set;

        _readings[0].SetResult(Keys(revision: 1));

        Assert.Same(set, (await before)!.Set);
        Assert.Equal(2, _set.Revision);
        Assert.Same(set, (await _set.GetAsync(Cancellation))!.Set);
    }

    [Fact]
    public async Task A_reading_that_fails_leaves_the_last_set_and_the_next_reader_tries_again()
    {
        var set = await FirstAsync();
        _set.Outdate();
        var during = _set.GetAsync(Cancellation);
        await _begun.WaitAsync(Cancellation);
        _readings[1].SetException(new DatabaseIsAway());
        Assert.Equal(new ServedSet(set, IsOutdated: true), await during);
        Assert.Equal(HealthStatus.Degraded, await HealthAsync());

        var after = _set.GetAsync(Cancellation);
        await EndReadingAsync(2, revision: 2);
        Assert.False((await after)!.IsOutdated);
        Assert.Equal(2, _set.Revision);
        Assert.Equal(HealthStatus.Healthy, await HealthAsync());
    }

    [Fact]
    public async Task A_database_that_hangs_costs_a_reader_its_patience_and_not_the_set()
    {
        var set = await FirstAsync();
        _set.Outdate();
        var during = _set.GetAsync(Cancellation);
        await _begun.WaitAsync(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new ServedSet(set, IsOutdated: true), await during);
    }

    [Fact]
    public async Task A_readers_own_patience_is_no_failure_of_the_database_and_does_not_end_the_reading()
    {
        await FirstAsync();
        _set.Outdate();
        var impatient = _set.GetAsync(Cancellation);
        await _begun.WaitAsync(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await impatient)!.IsOutdated);
        Assert.Equal(HealthStatus.Healthy, await HealthAsync());
        using var leaves = new CancellationTokenSource();
        var second = _set.GetAsync(leaves.Token);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(_ends[1].IsCancellationRequested);

        _readings[1].SetResult(Keys(revision: 2));

        await WaitFor.StateAsync("the set is fresh", () => _set.Revision == 2 ? "" : null);
        Assert.Equal(2, _readings.Count);
    }

    [Fact]
    public async Task A_reading_that_everybody_has_left_ends_and_the_next_reader_begins_another()
    {
        using var leaves = new CancellationTokenSource();
        Task<ServedSet?>[] readers = [_set.GetAsync(leaves.Token), _set.GetAsync(leaves.Token)];
        await _begun.WaitAsync(Cancellation);
        Assert.False(_ends[0].IsCancellationRequested);

        await leaves.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(readers));
        await WaitFor.StateAsync("the reading has ended", () => _ends[0].IsCancellationRequested ? "" : null);
        var next = _set.GetAsync(Cancellation);
        await EndReadingAsync(1, revision: 1);
        Assert.False((await next)!.IsOutdated);
        Assert.Equal(HealthStatus.Healthy, await HealthAsync());
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

    private async Task<PublishedSet> FirstAsync()
    {
        var reader = _set.GetAsync(Cancellation);
        await EndReadingAsync(0, revision: 1);
        var first = (await reader)!;
        Assert.False(first.IsOutdated);
        return first.Set;
    }

    private async Task<HealthStatus> HealthAsync() => (await _reach.CheckHealthAsync(new HealthCheckContext(), Cancellation)).Status;

    private async Task EndReadingAsync(int number, long revision)
    {
        await _begun.WaitAsync(Cancellation);
        _readings[number].SetResult(Keys(revision));
    }

    private Task<PublishedKeys?> ReadAsync(CancellationToken end)
    {
        var reading = new TaskCompletionSource<PublishedKeys?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _readings.Add(reading);
        _ends.Add(end);
        _begun.Release();
        return reading.Task;
    }

    private sealed class DatabaseIsAway() : NpgsqlException("The database is away.");
}
