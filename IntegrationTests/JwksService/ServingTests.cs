using System.Net;
using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.JwksService.Jwks;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Key sets are served from memory, and never older than promised.</summary>
[Trait("Rule", "KR-02")]
public abstract class ServingTests(string provider) : RegistryTests(provider)
{
    [Fact]
    public async Task After_the_first_read_a_set_is_served_from_memory()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        var before = CountCommands();
        var first = await Registry.Service.Client.GetSetAsync();
        Assert.Equal([kid], first.Kids);
        var commands = CountCommands();
        Assert.True(commands > before, "The first read asked the database, but no command was counted.");

        Assert.Equal(first.ETag, (await Registry.Service.Client.GetSetAsync()).ETag);
        Assert.Equal(commands, CountCommands());
    }

    [Fact]
    public async Task A_set_that_keys_leave_by_time_is_still_served_from_memory()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Retiring);
        Assert.Equal([kid], (await Registry.Service.Client.GetSetAsync()).Kids);
        await Registry.Database.TakeAwayAsync();

        Registry.Time.Advance(KeySteps.RetirementOverlap);

        Assert.Empty((await Registry.Service.Client.GetSetAsync()).Kids);
    }

    [Fact]
    public async Task Every_step_is_seen_by_the_very_next_reader()
    {
        Assert.Empty((await Registry.Service.Client.GetSetAsync()).Kids);
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        Assert.Equal([kid], (await Registry.Service.Client.GetSetAsync()).Kids);
        await Registry.RetireWithinAsync(kid, overlapSeconds: 0);
        Assert.Empty((await Registry.Service.Client.GetSetAsync()).Kids);
    }

    [Fact]
    [Trait("Rule", "KR-10")]
    public async Task No_reader_puts_an_old_set_back_while_keys_are_revoked()
    {
        const int Readers = 4;
        const int Revocations = 8;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var revoked = new List<string>();
        var reads = 0;
        var readers = Enumerable.Range(0, Readers).Select(_ => Task.Run(ReadUntilEndAsync, Cancellation)).ToList();

        for (var count = 0; count < Revocations; count++)
        {
            var kid = await Registry.AddKeyAsync(KeyState.Active);
            Assert.Contains(kid, (await Registry.Service.Client.GetSetAsync()).Kids);
            Assert.Equal(StatusCodes.Status200OK, (await Registry.StepAsync(kid, "revoke")).Status);
            lock (revoked)
            {
                revoked.Add(kid);
            }

            Assert.DoesNotContain(kid, (await Registry.Service.Client.GetSetAsync()).Kids);
        }

        await end.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(reads > Revocations, $"{reads} reads are too few to prove anything.");

        async Task ReadUntilEndAsync()
        {
            while (!end.IsCancellationRequested)
            {
                string[] goneBefore;
                lock (revoked)
                {
                    goneBefore = [.. revoked];
                }

                Assert.Empty((await Registry.Service.Client.GetSetAsync()).Kids.Intersect(goneBefore));
                Interlocked.Increment(ref reads);
            }
        }
    }

    [Fact]
    public async Task A_change_is_served_by_other_replicas_within_5_seconds()
    {
        Assert.InRange(PublishedSetsRefresh.Interval, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        await using var replica = await Registry.StartServiceAsync();
        var before = await replica.Client.GetSetAsync();
        Assert.Equal([kid], before.Kids);

        await Registry.StepAsync(kid, "revoke");
        Assert.Equal(before.ETag, (await replica.Client.GetSetAsync()).ETag);
        Registry.Time.Advance(PublishedSetsRefresh.Interval);

        var after = await WaitFor.StateAsync(
            "the replica serves the change",
            async () => await replica.Client.GetSetAsync() is var set && set.ETag != before.ETag ? set.Kids : null);
        Assert.Empty(after);
    }

    [Fact]
    public async Task A_partner_that_another_replica_adds_is_served_within_5_seconds()
    {
        await using var replica = await Registry.StartServiceAsync();
        Assert.Equal(HttpStatusCode.NotFound, await StatusOfAsync(replica, "partner-c"));
        var added = await Registry.SendAsync(
            HttpMethod.Post,
            "/partners",
            Registry.OperatorToken(),
            new JsonObject { ["clientId"] = "partner-c", ["name"] = "Partner C", ["contact"] = "security@c.example" });
        Assert.Equal(StatusCodes.Status201Created, added.Status);
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(Registry.Service, "partner-c"));
        Registry.Time.Advance(PublishedSetsRefresh.Interval);

        await WaitFor.StateAsync(
            "the replica serves the new partner",
            async () => await StatusOfAsync(replica, "partner-c") == HttpStatusCode.OK ? "" : null);
    }

    [Fact]
    public async Task Who_asks_for_partners_that_do_not_exist_never_reaches_the_database()
    {
        await Registry.Service.Client.GetSetAsync();
        var commands = CountCommands();

        for (var number = 0; number < 50; number++)
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusOfAsync(Registry.Service, $"nobody-{number}"));
        }

        Assert.Equal(commands, CountCommands());
    }

    [Fact]
    [Trait("Rule", "KR-01")]
    public async Task Partners_that_do_not_exist_leave_nothing_in_memory()
    {
        var sets = Registry.Service.Services.GetRequiredService<PublishedSets>();
        await Registry.Service.Client.GetSetAsync();

        var unknown = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => StatusOfAsync(Registry.Service, $"nobody-{number % 150}")));

        Assert.All(unknown, status => Assert.Equal(HttpStatusCode.NotFound, status));
        Assert.Equal(1, sets.Count);
    }

    /// <summary>EF Core logs every command; of commands that do not come, nothing else could tell.</summary>
    private int CountCommands() => Registry.Service.Logs.Lines.Count(line => line.Contains("Executing DbCommand", StringComparison.Ordinal));

    private static async Task<HttpStatusCode> StatusOfAsync(RunningService service, string clientId)
    {
        using var response = await service.Client.GetAsync($"/partners/{clientId}/.well-known/jwks", Cancellation);
        return response.StatusCode;
    }
}

public sealed class ServingTestsOnSqlite() : ServingTests(ServiceDatabase.Sqlite);

public sealed class ServingTestsOnPostgreSql() : ServingTests(ServiceDatabase.PostgreSql);
