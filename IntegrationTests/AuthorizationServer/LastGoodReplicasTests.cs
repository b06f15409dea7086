using System.Security.Cryptography;

using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Two servers on one database: what one of them has read, the other knows when it cannot read itself.</summary>
public abstract class LastGoodReplicasTests(DatabaseProvider provider) : LastGoodJwksSteps(provider)
{
    [Fact]
    [Trait("Rule", "JW-06")]
    [Trait("Rule", "JW-03")]
    public async Task A_key_whose_withdrawal_one_server_saw_is_refused_by_the_other_that_cannot_reach_the_source()
    {
        await StartAsync();
        await using var other = await StartOtherAsync();
        var newKey = new AssertionMaker(RSA.Create(2048), TokenEndpointFixture.ClientA, Fixture.Issuer, Fixture.Time);
        Fixture.JwksA.Publish(newKey);
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);
        Assert.Equal(401, await StatusAsync(Fixture.Server));
        await WaitForRowAsync(row => row.Jwks.Contains(newKey.KeyId, StringComparison.Ordinal));

        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        Assert.Equal(503, await StatusAsync(other));
        Assert.Equal(200, (await TokenEndpointFixture.PostAsync(other, newKey.Make())).Status);
    }

    [Fact]
    [Trait("Rule", "JW-06")]
    [Trait("Rule", "JW-03")]
    public async Task What_another_server_reads_during_an_outage_counts_from_the_next_failed_fetch_on()
    {
        await StartAsync();
        await using var other = await StartOtherAsync();
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);
        Assert.Equal(200, await StatusAsync(other));

        (Fixture.JwksA.Status, Fixture.JwksA.Keys) = (StatusCodes.Status200OK, []);
        Assert.Equal(401, await StatusAsync(Fixture.Server));
        await WaitForRowAsync(row => row.Jwks == NoKeys);
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        var asked = Fixture.JwksA.Requests;
        Fixture.Time.Advance(RetryPause.Shortest);
        await WaitFor.StateAsync("the other server has asked again", () => LinesWith(
            other, "Error ", "there is no last good one").FirstOrDefault());

        Assert.Equal(asked + 1, Fixture.JwksA.Requests);
        Assert.Equal(503, await StatusAsync(other));
    }

    [Fact]
    [Trait("Rule", "JW-05")]
    [Trait("Rule", "JW-03")]
    public async Task Keys_that_one_server_saw_compromised_come_back_neither_by_the_other_nor_after_a_restart_until_the_set_is_sound()
    {
        await StartAsync();
        await using var other = await StartOtherAsync();
        Fixture.JwksA.Keys[0]!["d"] = "AQAB";
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);
        Assert.Equal(401, await StatusAsync(Fixture.Server));
        await WaitForRowAsync(row => row.Jwks == NoKeys);

        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        Assert.Equal(503, await StatusAsync(other));
        await using (var restarted = await RestartAsync())
        {
            Assert.Equal(503, await StatusAsync(restarted));
        }

        Assert.Equal(NoKeys, (await RowAsync(Fixture.Server))!.Jwks);
        Fixture.JwksA.Status = StatusCodes.Status200OK;
        Fixture.JwksA.Publish(Fixture.MakerA);
        Fixture.Time.Advance(RetryPause.Longest);
        Assert.Equal(200, await StatusAsync(other));
        await WaitForRowAsync(row => row.Jwks.Contains(Fixture.MakerA.KeyId, StringComparison.Ordinal));
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        Assert.Equal(200, await StatusAsync(Fixture.Server));
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task A_set_that_a_server_with_other_settings_removed_is_stored_again_by_the_next_fetch()
    {
        await StartAsync();
        Fixture.JwksA.CacheControl = "max-age=60";
        await SendOnceAsync();

        await using var former = await RestartAsync(("AuthorizationServer:ClientJwks:LastGoodFor", "00:00:00"));
        Assert.Null(await RowAsync(former));
        Fixture.Time.Advance(TimeSpan.FromMinutes(1));

        await SendOnceAsync();
    }

    /// <summary>Both servers have read client A's set.</summary>
    private async Task<RunningService> StartOtherAsync()
    {
        await SendOnceAsync();
        var other = await RestartAsync();
        Assert.Equal(200, await StatusAsync(other));
        return other;
    }
}

public sealed class LastGoodReplicasTestsOnSqlite() : LastGoodReplicasTests(DatabaseProvider.Sqlite);

public sealed class LastGoodReplicasTestsOnPostgreSql() : LastGoodReplicasTests(DatabaseProvider.PostgreSql);
