using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.DatabaseDefaults;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;

/// <summary>Between reading the keys and changing them somebody else changes them.</summary>
[Trait("Rule", "AT-04")]
public abstract class KeyChangedMeanwhileTests(DatabaseProvider provider) : IAsyncLifetime
{
    private SigningKeySystem _system = null!;

    public async ValueTask InitializeAsync() => _system = await SigningKeySystem.StartAsync(provider);

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The newest key was withdrawn, and its row is gone: another key has its number when a replica removes what it read before.</summary>
    [Fact]
    public async Task What_is_removed_is_the_key_that_was_read_and_not_another_of_its_generation()
    {
        var now = _system.Fixture.Time.GetUtcNow();
        var row = Assert.Single(await _system.RowsAsync());
        var stale = new SigningKeyTimeline([new ServerSigningKey
        {
            Generation = row.Generation,
            KeyId = "removed-meanwhile",
            Algorithm = row.Algorithm,
            ProtectedKey = "",
            PublishedAt = now - TimeSpan.FromDays(30),
            SignsFrom = now - TimeSpan.FromDays(30),
            WithdrawnAt = now - TimeSpan.FromDays(20),
        }]);

        Assert.Equal(0, await _system.WithStoreAsync(store => store.RemoveAsync(stale, TestContext.Current.CancellationToken)));

        Assert.Equal(row.KeyId, Assert.Single(await _system.RowsAsync()).KeyId);
    }

    /// <summary>Each leaves the other's key to sign; together they would leave none.</summary>
    [Theory]
    [InlineData("current", "next")]
    [InlineData("next", "current")]
    public async Task Two_withdrawals_at_once_leave_a_key_that_signs(string first, string second)
    {
        var current = Assert.Single(await SigningKeySystem.KidsAsync(_system.Server));
        var kids = new Dictionary<string, string> { ["current"] = current, ["next"] = (await _system.RotateAsync()).KeyId };
        await using var scope = _system.Server.Services.CreateAsyncScope();
        // It is asked for the time between reading and saving.
        var meanwhile = new Meanwhile(_system.Fixture.Time, () => _system.WithdrawAsync(kids[second]));
        var store = ActivatorUtilities.CreateInstance<SigningKeyStore>(scope.ServiceProvider, meanwhile);

        await store.WithdrawAsync(kids[first], TestContext.Current.CancellationToken);

        _system.Pass(SigningKeyRefresh.Interval);
        var successor = (await _system.RowsAsync())[^1].KeyId;
        await SigningKeySystem.AssertPublishesAsync(_system.Server, successor);
        Assert.Equal(successor, await _system.SigningKidAsync(_system.Server));
        Assert.DoesNotContain(successor, kids.Values);
    }

    /// <summary>Does something when it is asked for the time first.</summary>
    private sealed class Meanwhile(TimeProvider time, Func<Task> act) : TimeProvider
    {
        private bool _isDone;

        public override DateTimeOffset GetUtcNow()
        {
            if (!_isDone)
            {
                _isDone = true;
                Task.Run(act).GetAwaiter().GetResult();
            }

            return time.GetUtcNow();
        }
    }
}

public sealed class KeyChangedMeanwhileTestsOnSqlite() : KeyChangedMeanwhileTests(DatabaseProvider.Sqlite);

public sealed class KeyChangedMeanwhileTestsOnPostgreSql() : KeyChangedMeanwhileTests(DatabaseProvider.PostgreSql);
