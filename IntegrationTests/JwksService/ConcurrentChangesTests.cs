using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Jwks;

using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Partners and operators change one partner at once, on two replicas: what is left is what the audit trail tells.</summary>
[Trait("Rule", "KR-10")]
public abstract class ConcurrentChangesTests(string provider) : RegistryTests(provider)
{
    private const int Callers = 20;
    private const int Rounds = 3;
    private const int ChangesOfEach = 6;

    /// <summary>Of the calls, not of their interleaving; a failure tells it with its output.</summary>
    private readonly int _seed = Random.Shared.Next();

    [Fact]
    public async Task Mixed_changes_at_once_end_in_a_state_that_the_audit_trail_explains()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {_seed}");
        await using var second = await Registry.StartServiceAsync();
        HttpClient[] replicas = [Registry.Service.Client, second.Client];
        await Registry.EnrolAsync(Registry.NewSubmission());
        var accepted = 1;
        for (var round = 0; round < Rounds; round++)
        {
            var kids = await KidsAsync();
            var counts = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller =>
            {
                var random = new Random(_seed + (round * Callers) + caller);
                return Task.Run(() => ChangeAsync(replicas[caller % replicas.Length], random, kids));
            }));
            accepted += counts.Sum();
            // The overlap of retiring keys ends, and after two rounds pending keys become active.
            Registry.Time.Advance(TimeSpan.FromMinutes(3));
        }

        Registry.AssertNoErrorIsLogged();
        second.AssertNoErrorIsLogged();
        await AssertTrailExplainsStateAsync(accepted, replicas);
    }

    private async Task AssertTrailExplainsStateAsync(int accepted, IEnumerable<HttpClient> replicas)
    {
        var records = await Registry.QueryAsync(database => database.AuditRecords.AsNoTracking()
            .Where(record => record.ClientId == Registry.Partner && record.ActorKind != ActorKind.Configuration)
            .OrderBy(record => record.Id)
            .ToListAsync(Cancellation));
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join(", ", records.GroupBy(record => record.Action).Select(group => $"{group.Key}: {group.Count()}")));
        Assert.Equal(accepted, records.Count);

        var replay = AuditReplay.Of(records);
        var partner = await Registry.QueryAsync(database =>
            database.Partners.AsNoTracking().SingleAsync(row => row.ClientId == Registry.Partner, Cancellation));
        Assert.Equal(replay.SuspendedAt, partner.SuspendedAt);
        Assert.Equal(accepted, partner.Revision);
        var keys = await Registry.QueryAsync(database => database.PartnerKeys.AsNoTracking().ToListAsync(Cancellation));
        Assert.Equal(
            replay.Keys.Select(key => (key.KeyId, key.CreatedAt, key.ActivatesAt, key.RetiresAt, key.RevokedAt, key.RevocationReason)).Order(),
            keys.Select(key => (key.KeyId, key.CreatedAt, key.ActivatesAt, key.RetiresAt, key.RevokedAt, key.RevocationReason)).Order());

        Registry.Time.Advance(PublishedSetsRefresh.Interval);
        var published = replay.PublishedAt(Registry.Time.GetUtcNow()).Order(StringComparer.Ordinal).ToList();
        foreach (var replica in replicas)
        {
            await WaitFor.StateAsync("a key set as the trail tells it", async () =>
            {
                var kids = await replica.GetKidsAsync(Registry.Partner);
                return published.SequenceEqual(kids.Order(StringComparer.Ordinal)) ? kids : null;
            });
        }
    }

    private async Task<int> ChangeAsync(HttpClient replica, Random random, List<string> kids)
    {
        var accepted = 0;
        for (var number = 0; number < ChangesOfEach; number++)
        {
            var isOperator = random.Next(2) == 0;
            var token = (isOperator ? Registry.OperatorToken() : Registry.PartnerToken()).Make();
            var partner = $"/partners/{Registry.Partner}";
            var key = $"{partner}/keys/{kids[random.Next(kids.Count)]}";
            var submission = Registry.NewSubmission();
            submission.Token = token;
            var answer = random.Next(12) switch
            {
                0 when isOperator => await replica.SendAsync(HttpMethod.Post, $"{partner}/suspend", token, Reason("suspended")),
                1 or 2 when isOperator => await replica.SendAsync(HttpMethod.Post, $"{partner}/resume", token),
                3 or 4 => await replica.SendAsync(HttpMethod.Post, $"{key}/activate", token),
                5 or 6 => await replica.SendAsync(
                    HttpMethod.Post, $"{key}/retire", token, new JsonObject { ["overlapSeconds"] = random.Next(100) }),
                7 => await replica.SendAsync(HttpMethod.Post, $"{key}/revoke", token, Reason($"revoked by {random.Next()}")),
                _ => await replica.SubmitAsync(submission),
            };
            Assert.True(
                answer.Status is 200 or 201 || answer.Code is "key_state" or "key_last_usable" or "key_limit_reached" or "partner_state"
                    or "partner_suspended",
                $"{answer.Status} {answer.Text}");
            accepted += answer.Status is 200 or 201 ? 1 : 0;
        }

        return accepted;
    }

    private static JsonObject Reason(string text) => new() { ["reason"] = text };

    private Task<List<string>> KidsAsync() =>
        Registry.QueryAsync(database => database.PartnerKeys.Select(key => key.KeyId).ToListAsync(Cancellation));
}

public sealed class ConcurrentChangesTestsOnSqlite() : ConcurrentChangesTests(ServiceDatabase.Sqlite);

public sealed class ConcurrentChangesTestsOnPostgreSql() : ConcurrentChangesTests(ServiceDatabase.PostgreSql);
