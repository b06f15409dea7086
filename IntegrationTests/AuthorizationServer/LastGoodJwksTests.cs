using System.Security.Cryptography;

using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>A client whose keys cannot be read goes on with those that were read last, within bounds.</summary>
public abstract class LastGoodJwksTests(DatabaseProvider provider) : LastGoodJwksSteps(provider)
{
    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task The_last_good_set_is_used_after_a_restart_and_the_log_tells_when_it_begins_and_ends()
    {
        await StartAsync();
        await SendOnceAndStopAsync();
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;

        await using var restarted = await RestartAsync();
        Assert.Equal(200, await StatusAsync(restarted));
        Assert.Single(LinesWith(restarted, "Warning ", "is used while none can be read"));

        Fixture.JwksA.Status = StatusCodes.Status200OK;
        Fixture.Time.Advance(RetryPause.Shortest);
        await WaitFor.StateAsync("the source is asked again", () => LinesWith(restarted, "Warning ", "can be used again").FirstOrDefault());
        Assert.Equal(200, await StatusAsync(restarted));
    }

    [Fact]
    [Trait("Rule", "JW-06")]
    public async Task A_kid_that_the_last_good_set_does_not_hold_may_be_new_and_is_answered_as_temporary()
    {
        await StartAsync();
        await SendOnceAndStopAsync();
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        await using var restarted = await RestartAsync();
        var newKey = new AssertionMaker(RSA.Create(2048), TokenEndpointFixture.ClientA, Fixture.Issuer, Fixture.Time);

        Assert.Equal(503, (await TokenEndpointFixture.PostAsync(restarted, newKey.Make())).Status);
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task The_bound_counts_from_the_fetch_across_restarts()
    {
        var bound = ("AuthorizationServer:ClientJwks:LastGoodFor", "01:00:00");
        await StartAsync(bound);
        await SendOnceAndStopAsync();
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;

        Fixture.Time.Advance(TimeSpan.FromMinutes(59));
        await using (var within = await RestartAsync(bound))
        {
            Assert.Equal(200, await StatusAsync(within));
            Fixture.Time.Advance(TimeSpan.FromMinutes(1));
            await WaitFor.StateAsync("it is told", () => LinesWith(within, "Error ", "there is no last good one").FirstOrDefault());
            Assert.Equal(503, await StatusAsync(within));
        }

        await using var after = await RestartAsync(bound);
        Assert.Equal(503, await StatusAsync(after));
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task Nothing_is_stored_or_used_where_it_is_turned_off()
    {
        await StartAsync();
        await SendOnceAndStopAsync();
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;

        await using var restarted = await RestartAsync(("AuthorizationServer:ClientJwks:LastGoodFor", "00:00:00"));
        Assert.Null(await RowAsync(restarted));
        Assert.Equal(503, await StatusAsync(restarted));

        Fixture.JwksA.Status = StatusCodes.Status200OK;
        Fixture.Time.Advance(RetryPause.Shortest);
        Assert.Equal(200, await StatusAsync(restarted));
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);
        Assert.Equal(503, await StatusAsync(restarted));
        Assert.Null(await RowAsync(restarted));
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task A_set_that_was_read_at_another_address_is_not_used_nor_one_from_the_future()
    {
        await StartAsync();
        await SendOnceAndStopAsync();
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;

        await using (var moved = await RestartAsync(("AuthorizationServer:Clients:0:JwksUri", $"{Fixture.JwksA.JwksUri}/moved")))
        {
            Assert.Equal(503, await StatusAsync(moved));
        }

        Fixture.Time.AdjustTime(Fixture.Time.GetUtcNow() - TimeSpan.FromHours(1));
        await using var clockSetBack = await RestartAsync();
        Assert.Equal(503, await StatusAsync(clockSetBack));
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task A_client_that_is_taken_out_of_the_configuration_leaves_no_set()
    {
        await StartAsync();
        await SendOnceAndStopAsync();

        var others = Fixture.Settings(("AuthorizationServer:Clients:0:Jwks", Fixture.MakerA.Set()));
        others.Remove("AuthorizationServer:Clients:0:JwksUri");
        await using var restarted = await RestartAsync(others);

        Assert.Null(await RowAsync(restarted));
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task An_unchanged_set_is_stored_again_only_after_minutes_a_changed_one_at_once()
    {
        await StartAsync();
        Fixture.JwksA.CacheControl = Fixture.JwksB.CacheControl = "max-age=60";
        await SendOnceAsync();
        var first = await RowAsync(Fixture.Server);

        // B's change is stored after A's would have been.
        Fixture.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, await StatusAsync(Fixture.Server));
        Assert.Equal(200, (await Fixture.SendAsync(Fixture.MakerB.Make())).Status);
        await WaitFor.StateAsync("B's set is stored", () => RowAsync(Fixture.Server, TokenEndpointFixture.ClientB));
        Assert.Equal(first!.FetchedAt, (await RowAsync(Fixture.Server))!.FetchedAt);

        Fixture.JwksA.Publish(Fixture.MakerA, Fixture.MakerB);
        Fixture.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, await StatusAsync(Fixture.Server));
        await WaitForRowAsync(row => row.Jwks != first.Jwks && row.FetchedAt == Stored(Fixture.Time.GetUtcNow()));

        Fixture.Time.Advance(LastGoodJwksStore.RenewAfter);
        Assert.Equal(200, await StatusAsync(Fixture.Server));
        await WaitForRowAsync(row => row.FetchedAt == Stored(Fixture.Time.GetUtcNow()));
    }

    [Fact]
    [Trait("Rule", "JW-05")]
    [Trait("Rule", "JW-03")]
    public async Task A_published_private_key_ends_the_last_good_set_in_memory_and_in_the_database()
    {
        await StartAsync();
        await SendOnceAsync();
        Fixture.JwksA.Keys[0]!["d"] = "AQAB";
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);

        Assert.Equal(401, await StatusAsync(Fixture.Server));
        Assert.Single(LinesWith(Fixture.Server, "Critical ", "jwk_private"));
        await WaitForRowAsync(row => row.Jwks == NoKeys);

        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        Fixture.Time.Advance(RetryPause.Longest);
        Assert.Equal(503, await StatusAsync(Fixture.Server));

        Fixture.JwksA.Status = StatusCodes.Status200OK;
        Fixture.JwksA.Publish(Fixture.MakerA);
        Fixture.Time.Advance(RetryPause.Longest);
        Assert.Equal(200, await StatusAsync(Fixture.Server));
    }

    [Fact]
    [Trait("Rule", "JW-06")]
    public async Task An_empty_set_is_a_good_answer_and_replaces_the_last_good_one()
    {
        await StartAsync();
        await SendOnceAsync();
        Fixture.JwksA.Keys = [];
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);

        Assert.Equal(401, await StatusAsync(Fixture.Server));
        await WaitForRowAsync(row => row.Jwks == NoKeys);
        await Fixture.Server.DisposeAsync();
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        await using var restarted = await RestartAsync();

        Assert.Equal(503, await StatusAsync(restarted));
    }

    /// <summary>The database keeps milliseconds.</summary>
    private static DateTimeOffset Stored(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}

public sealed class LastGoodJwksTestsOnSqlite() : LastGoodJwksTests(DatabaseProvider.Sqlite);

public sealed class LastGoodJwksTestsOnPostgreSql() : LastGoodJwksTests(DatabaseProvider.PostgreSql);
