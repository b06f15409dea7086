using System.Text.Json.Nodes;

using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>While a client's server is away, or the database, requests are answered at once and nobody is asked too often.</summary>
public abstract class SourceAwayTests(DatabaseProvider provider) : LastGoodJwksSteps(provider)
{
    [Fact]
    [Trait("Rule", "JW-03")]
    [Trait("Rule", "JW-07")]
    public async Task Only_the_first_request_waits_for_a_source_that_hangs()
    {
        await StartAsync();
        await SendOnceAsync();
        var gate = new TaskCompletionSource();
        Fixture.JwksA.Gate = gate.Task;
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);

        var first = StatusAsync(Fixture.Server);
        await RequestsAsync(2);
        Assert.False(first.IsCompleted);
        Fixture.Time.Advance(ClientJwksFetcher.TimeLimit);
        Assert.Equal(200, await first);

        // Time stands still: who waited now would wait for ever.
        Assert.Equal(200, await StatusAsync(Fixture.Server));
        Assert.Equal(2, Fixture.JwksA.Requests);
        Fixture.Time.Advance(RetryPause.Shortest);
        await RequestsAsync(3);
        Assert.Equal(200, await StatusAsync(Fixture.Server));

        gate.SetResult();
        await WaitFor.StateAsync("the source is back", () => LinesWith(Fixture.Server, "Warning ", "can be used again").FirstOrDefault());
        Assert.Equal(3, Fixture.JwksA.Requests);
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task The_source_is_asked_again_by_itself_after_1_2_4_8_16_and_then_each_20_seconds()
    {
        await StartAsync();
        await SendOnceAsync();
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);
        Assert.Equal(200, await StatusAsync(Fixture.Server));
        var fetches = 2;
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 20, 20 })
        {
            await PausesAsync(fetches - 1);
            Fixture.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(200, await StatusAsync(Fixture.Server));
            Assert.Equal(fetches, Fixture.JwksA.Requests);
            Fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
            await RequestsAsync(++fetches);
        }
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task The_last_good_set_stands_in_for_every_fault_that_says_nothing_about_the_keys()
    {
        await StartAsync();
        await SendOnceAsync();
        var good = Fixture.JwksA.Keys;
        (string Code, Action Break)[] faults =
        [
            ("status 404", () => Fixture.JwksA.Status = StatusCodes.Status404NotFound),
            ("status 302", () => Fixture.JwksA.RedirectTo = Fixture.JwksB.JwksUri),
            ("jwks_content_type", () => Fixture.JwksA.ContentType = "text/html"),
            ("jwks_malformed", () => Fixture.JwksA.Body = "<html>"),
            ("jwks_too_many_keys", () => Fixture.JwksA.Keys = [.. Enumerable.Range(0, 33).Select(_ => new JsonObject())]),
            ("jwks_too_large", () => Fixture.JwksA.Keys = [new string('x', 64 * 1024)]),
        ];
        foreach (var (code, breakIt) in faults)
        {
            Fixture.Server.Logs.Forget();
            breakIt();
            Fixture.Time.Advance(JwksFreshness.WhenUnstated);
            Assert.Equal(200, await StatusAsync(Fixture.Server));
            Assert.NotEmpty(LinesWith(Fixture.Server, "Warning ", code));

            (Fixture.JwksA.Status, Fixture.JwksA.RedirectTo, Fixture.JwksA.Body) = (StatusCodes.Status200OK, null, null);
            (Fixture.JwksA.ContentType, Fixture.JwksA.Keys) = (JwkSet.MediaType, good);
            Fixture.Time.Advance(RetryPause.Longest);
            await WaitFor.StateAsync("the source is back", () => LinesWith(Fixture.Server, "Warning ", "can be used again").FirstOrDefault());
        }
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task A_database_that_is_away_fails_no_fetch_and_stores_the_set_when_it_is_back()
    {
        await StartAsync();
        await Fixture.Database.TakeAwayAsync();

        Assert.NotNull((await ResolveAsync(Fixture)).Value);
        await WaitFor.StateAsync("it is told", () => LinesWith(Fixture.Server, "Warning ", "cannot be stored").FirstOrDefault());
        await Fixture.Database.BringBackAsync();
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);

        Assert.NotNull((await ResolveAsync(Fixture)).Value);
        await WaitFor.StateAsync("the set is stored", () => RowAsync(Fixture.Server));
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task With_source_and_database_away_the_answer_is_still_that_the_keys_cannot_be_read()
    {
        await StartAsync();
        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        await Fixture.Database.TakeAwayAsync();

        var answer = await ResolveAsync(Fixture);
        await Fixture.Database.BringBackAsync();

        Assert.Equal("jwks_unavailable", answer.Fault?.Code);
        Assert.NotEmpty(LinesWith(Fixture.Server, "Warning ", "cannot be read from the database"));
    }

    [Fact]
    [Trait("Rule", "JW-05")]
    [Trait("Rule", "JW-03")]
    public async Task That_a_private_key_was_published_is_stored_when_the_database_is_back_though_the_source_has_gone_meanwhile()
    {
        await StartAsync();
        await SendOnceAsync();
        await Fixture.Database.TakeAwayAsync();
        Fixture.JwksA.Keys[0]!["d"] = "AQAB";
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);
        Assert.Equal("jwk_private", (await ResolveAsync(Fixture)).Fault?.Code);
        await WaitFor.StateAsync("it is told", () => LinesWith(Fixture.Server, "Warning ", "cannot be stored").FirstOrDefault());

        Fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        await Fixture.Database.BringBackAsync();
        Fixture.Time.Advance(RetryPause.Longest);
        Assert.Equal("jwks_unavailable", (await ResolveAsync(Fixture)).Fault?.Code);

        await WaitForRowAsync(row => row.Jwks == NoKeys);
    }

    private Task<string> RequestsAsync(int count) =>
        WaitFor.StateAsync($"{count} requests for the set", () => Fixture.JwksA.Requests == count ? "reached" : null);

    /// <summary>The pause begins when the failure is dealt with.</summary>
    private Task<string> PausesAsync(int count) => WaitFor.StateAsync(
        $"{count} pauses", () => LinesWith(Fixture.Server, "Debug ", "is asked for again in").Count() == count ? "reached" : null);
}

public sealed class SourceAwayTestsOnSqlite() : SourceAwayTests(DatabaseProvider.Sqlite);

public sealed class SourceAwayTestsOnPostgreSql() : SourceAwayTests(DatabaseProvider.PostgreSql);
