using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;

/// <summary>Signing keys change while tokens are issued and checked, on several replicas, and nobody notices.</summary>
[Trait("Rule", "AT-04")]
public abstract class RotationTests(DatabaseProvider provider) : IAsyncLifetime
{
    private SigningKeySystem _system = null!;

    public async ValueTask InitializeAsync() => _system = await SigningKeySystem.StartAsync(provider);

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task By_schedule_replicas_make_one_successor_publish_it_and_sign_with_it_later()
    {
        var replica = await _system.StartReplicaAsync();
        var first = Assert.Single(await SigningKeySystem.KidsAsync(_system.Server));
        Assert.Equal(first, await _system.SigningKidAsync(replica));

        _system.Pass(SigningKeySystem.RotateEvery - SigningKeySystem.PublishAhead);
        var published = await SigningKeySystem.KidsAsync(_system.Server, count: 2);
        Assert.Equal(published, await SigningKeySystem.KidsAsync(replica, count: 2));
        Assert.Equal(published, (await _system.RowsAsync()).Select(row => row.KeyId));
        Assert.Equal(first, published[0]);

        // Whoever read the key set just before has read it again by now.
        _system.Pass(SigningKeySystem.PublishAhead - SigningKeySystem.Second);
        Assert.Equal((first, first), (await _system.SigningKidAsync(_system.Server), await _system.SigningKidAsync(replica)));
        _system.Pass(SigningKeySystem.Second);
        Assert.Equal((published[1], published[1]), (await _system.SigningKidAsync(_system.Server), await _system.SigningKidAsync(replica)));
    }

    [Fact]
    public async Task A_token_of_the_old_key_is_good_for_as_long_as_it_lives_and_the_key_then_leaves()
    {
        var first = Assert.Single(await SigningKeySystem.KidsAsync(_system.Server));
        var next = await _system.RotateAsync();
        _system.Pass(SigningKeySystem.PublishAhead - SigningKeySystem.Second);
        await SigningKeySystem.KidsAsync(_system.Server, count: 2);
        var token = await _system.TokenAsync(_system.Server);

        _system.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(next.KeyId, await _system.SigningKidAsync(_system.Server));
        Assert.True(await SigningKeySystem.IsSignatureValidAsync(_system.Server, token));

        _system.Pass(TimeSpan.FromMinutes(5));
        Assert.True(await SigningKeySystem.IsSignatureValidAsync(_system.Server, token));
        _system.Pass(SigningKeySystem.Second);
        Assert.Equal([next.KeyId], await SigningKeySystem.KidsAsync(_system.Server));
        Assert.False(await SigningKeySystem.IsSignatureValidAsync(_system.Server, token));

        // The private key follows a week later, when it is not one of the newest two.
        var last = await _system.RotateAsync(signsNow: true);
        _system.Pass(SigningKeyTimeline.PublishedAfterUse + SigningKeyTimeline.KeptAfterPublication);
        await WaitFor.StateAsync("the old key's row removed", async () => (await _system.RowsAsync()).Count == 2 ? "removed" : null);
        Assert.Equal([next.KeyId, last.KeyId], (await _system.RowsAsync()).Select(row => row.KeyId));
        Assert.NotEqual(first, next.KeyId);
    }

    /// <summary>The keys of Data Protection are made at once too; whichever protects the one signing key, every server can open it.</summary>
    [Fact]
    public async Task Of_the_first_key_and_of_each_successor_one_is_made_however_many_make_it()
    {
        await _system.ForgetAllKeysAsync();

        var first = await AtOnceAsync(store => store.AddDueAsync(TestContext.Current.CancellationToken));
        Assert.Single(first, key => key is not null);
        var next = await AtOnceAsync(store => store.RotateAsync(signsNow: false, TestContext.Current.CancellationToken));
        Assert.Single(next.Select(key => key.KeyId).Distinct());

        var kids = (await _system.RowsAsync()).Select(row => row.KeyId).ToArray();
        Assert.Equal(2, kids.Length);
        var restarted = await _system.StartReplicaAsync();
        Assert.Equal(kids, await SigningKeySystem.KidsAsync(restarted));
        Assert.Equal(kids[0], await _system.SigningKidAsync(restarted));
    }

    [Fact]
    public async Task Servers_that_start_at_once_on_an_empty_database_sign_with_one_key()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var settings = database.Settings.Select(setting => (setting.Key, setting.Value)).ToArray();

        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _system.StartReplicaAsync(settings))));

        var kids = await Task.WhenAll(servers.Select(_system.SigningKidAsync));
        Assert.Single(kids.Distinct());
        foreach (var server in servers)
        {
            Assert.Equal([kids[0]], await SigningKeySystem.KidsAsync(server));
        }
    }

    [Fact]
    public async Task A_withdrawn_key_is_gone_on_every_replica_and_its_successor_signs_at_once()
    {
        var replica = await _system.StartReplicaAsync();
        var first = Assert.Single(await SigningKeySystem.KidsAsync(replica));
        var token = await _system.TokenAsync(_system.Server);

        await _system.WithdrawAsync(first);
        _system.Pass(SigningKeyRefresh.Interval);

        var successor = (await _system.RowsAsync())[1].KeyId;
        foreach (var server in new[] { _system.Server, replica })
        {
            await SigningKeySystem.AssertPublishesAsync(server, successor);
            Assert.Equal(successor, await _system.SigningKidAsync(server));
            Assert.False(await SigningKeySystem.IsSignatureValidAsync(server, token));
        }
    }

    [Fact]
    public async Task When_the_key_that_signs_is_withdrawn_the_one_that_is_published_already_takes_over()
    {
        var first = Assert.Single(await SigningKeySystem.KidsAsync(_system.Server));
        var next = await _system.RotateAsync();

        await _system.WithdrawAsync(first);
        _system.Pass(SigningKeyRefresh.Interval);

        await SigningKeySystem.AssertPublishesAsync(_system.Server, next.KeyId);
        Assert.Equal(next.KeyId, await _system.SigningKidAsync(_system.Server));
        Assert.Equal(2, (await _system.RowsAsync()).Count);
    }

    [Fact]
    public async Task After_a_long_time_in_which_nobody_looked_the_overdue_key_is_published_before_it_signs()
    {
        _system.Fixture.Time.AdjustTime(_system.Fixture.Time.GetUtcNow() + (3 * SigningKeySystem.RotateEvery));

        var restarted = await _system.StartReplicaAsync();

        var kids = await SigningKeySystem.KidsAsync(restarted, count: 2);
        Assert.Equal(kids[0], await _system.SigningKidAsync(restarted));
        _system.Pass(SigningKeySystem.PublishAhead);
        Assert.Equal(kids[1], await _system.SigningKidAsync(restarted));
    }

    [Fact]
    public async Task Another_algorithm_in_the_settings_takes_over_after_its_key_was_published()
    {
        var first = Assert.Single(await SigningKeySystem.KidsAsync(_system.Server));

        var changed = await _system.StartReplicaAsync(("AuthorizationServer:SigningAlgorithm", "PS256"));
        var kids = await SigningKeySystem.KidsAsync(changed, count: 2);
        Assert.Equal(first, await _system.SigningKidAsync(changed));

        // The replica that still has the old setting goes along, and makes no key of its own.
        _system.Pass(SigningKeySystem.PublishAhead);
        Assert.Equal(kids, await SigningKeySystem.KidsAsync(_system.Server, count: 2));
        Assert.Equal((kids[1], kids[1]), (await _system.SigningKidAsync(changed), await _system.SigningKidAsync(_system.Server)));
        Assert.Equal(["ES256", "PS256"], (await _system.RowsAsync()).Select(row => row.Algorithm));
        Assert.True(await SigningKeySystem.IsSignatureValidAsync(_system.Server, await _system.TokenAsync(changed)));
    }

    [Fact]
    public async Task Without_the_database_keys_are_published_and_change_at_their_times()
    {
        var ring = _system.Server.Services.GetRequiredService<SigningKeyRing>();
        var next = await _system.RotateAsync();
        _system.Pass(SigningKeyRefresh.Interval);
        var kids = await SigningKeySystem.KidsAsync(_system.Server, count: 2);

        await _system.Fixture.Database.TakeAwayAsync();
        _system.Pass(SigningKeySystem.PublishAhead);
        await WaitFor.StateAsync("the warning", () => Told("The signing keys cannot be read from the database"));

        Assert.Equal(kids, await SigningKeySystem.KidsAsync(_system.Server));
        Assert.Equal(next.KeyId, ring.Current.Kid);
        Assert.DoesNotContain(_system.Server.Logs.Lines, line => line.StartsWith("Error ", StringComparison.Ordinal));

        await _system.Fixture.Database.BringBackAsync();
        _system.Pass(SigningKeyRefresh.Interval);
        await WaitFor.StateAsync("the news", () => Told("The signing keys can be read from the database again"));
        Assert.Equal(next.KeyId, await _system.SigningKidAsync(_system.Server));
    }

    private Task<T[]> AtOnceAsync<T>(Func<SigningKeyStore, Task<T>> change) =>
        Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _system.WithStoreAsync(change))));

    private string? Told(string text) => _system.Server.Logs.Lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
}

public sealed class RotationTestsOnSqlite() : RotationTests(DatabaseProvider.Sqlite);

public sealed class RotationTestsOnPostgreSql() : RotationTests(DatabaseProvider.PostgreSql);
