using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.KeyFiles;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;

/// <summary>A key that does not open, or cannot be made, is said loudly and mended by a command; it does not take all replicas out.</summary>
[Trait("Rule", "AT-04")]
public abstract class UnreadableKeyTests(DatabaseProvider provider)
{
    private const string Withdrawal = "AuthorizationServer signing-keys withdraw another";

    [Fact]
    public async Task A_row_that_somebody_changed_is_left_out_also_at_start_and_the_others_go_on()
    {
        await using var system = await SigningKeySystem.StartAsync(provider);
        var kid = Assert.Single(await SigningKeySystem.KidsAsync(system.Server));
        await system.RenameAsync((await system.RotateAsync()).KeyId, "another");

        system.Pass(SigningKeyRefresh.Interval);
        await ErrorAsync(system.Server, Withdrawal);
        var restarted = await system.StartReplicaAsync();
        await ErrorAsync(restarted, Withdrawal);

        foreach (var server in new[] { system.Server, restarted })
        {
            Assert.Equal([kid], await SigningKeySystem.KidsAsync(server));
            Assert.Equal(kid, await system.SigningKidAsync(server));
            Assert.Equal((200, "Degraded"), await SigningKeySystem.HealthAsync(server));
        }
    }

    [Fact]
    public async Task When_its_turn_comes_the_replica_is_unhealthy_and_none_starts_until_it_is_withdrawn()
    {
        await using var system = await SigningKeySystem.StartAsync(provider);
        var kid = Assert.Single(await SigningKeySystem.KidsAsync(system.Server));
        await system.RenameAsync((await system.RotateAsync()).KeyId, "another");
        system.Pass(SigningKeyRefresh.Interval);
        await ErrorAsync(system.Server, Withdrawal);

        system.Pass(SigningKeySystem.PublishAhead);
        Assert.Equal((503, "Unhealthy"), await SigningKeySystem.HealthAsync(system.Server));
        Assert.Equal(kid, await system.SigningKidAsync(system.Server));
        var fault = await Assert.ThrowsAsync<StartupException>(() => system.StartReplicaAsync());
        Assert.Contains(Withdrawal, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("delete", fault.Message, StringComparison.OrdinalIgnoreCase);

        await system.WithdrawAsync("another");
        system.Pass(SigningKeyRefresh.Interval);
        var kids = await SigningKeySystem.KidsAsync(system.Server, count: 2);
        Assert.Equal(kids[1], await system.SigningKidAsync(system.Server));
        Assert.Equal((200, "Healthy"), await SigningKeySystem.HealthAsync(system.Server));
        Assert.Equal(kids[1], await system.SigningKidAsync(await system.StartReplicaAsync()));
    }

    [Fact]
    public async Task A_key_that_cannot_be_made_is_tried_at_a_pace_and_the_health_says_so_meanwhile()
    {
        using var certificates = new Certificates();
        await using var withCertificate = await SigningKeySystem.StartAsync(DatabaseProvider.Sqlite, certificates.Settings(certificates.First));
        await using var system = await SigningKeySystem.StartAsync(provider);
        await system.AddDataProtectionRowAsync(Assert.Single(await withCertificate.DataProtectionKeysAsync()).Xml!);

        system.Pass(SigningKeySystem.RotateEvery - SigningKeySystem.PublishAhead);
        await ErrorAsync(system.Server, "cannot be made");
        for (var tick = 0; tick < 10; tick++)
        {
            var read = Reads(system.Server);
            system.Fixture.Time.Advance(SigningKeyRefresh.Interval);
            await WaitFor.StateAsync("the next look at the keys", () => Reads(system.Server) > read ? "read" : null);
        }

        Assert.Single(Errors(system.Server, "cannot be made"));
        Assert.Equal((200, "Degraded"), await SigningKeySystem.HealthAsync(system.Server));
        system.Fixture.Time.Advance(SigningKeyRefresh.RetryAfter);
        await WaitFor.StateAsync("the next attempt", () => Errors(system.Server, "cannot be made").Count() == 2 ? "tried" : null);

        await system.RemoveDataProtectionRowsOfTestsAsync();
        system.Fixture.Time.Advance(SigningKeyRefresh.RetryAfter);
        await SigningKeySystem.KidsAsync(system.Server, count: 2);
        await WaitFor.StateAsync("good health", async () =>
        {
            // The look at the keys that follows sees that none is due.
            system.Fixture.Time.Advance(SigningKeyRefresh.Interval);
            return await SigningKeySystem.HealthAsync(system.Server) is (200, "Healthy") ? "healthy" : null;
        });
    }

    private static int Reads(RunningService server) =>
        server.Logs.Lines.Count(line => line.Contains("FROM \"ServerSigningKeys\"", StringComparison.Ordinal)
            && line.Contains("Executed DbCommand", StringComparison.Ordinal));

    private static IEnumerable<string> Errors(RunningService server, string text) => server.Logs.Lines.Where(line =>
        line.StartsWith("Error ", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal));

    private static Task<string> ErrorAsync(RunningService server, string text) =>
        WaitFor.StateAsync($"the error that says {text}", () => Errors(server, text).FirstOrDefault());
}

public sealed class UnreadableKeyTestsOnSqlite() : UnreadableKeyTests(DatabaseProvider.Sqlite);

public sealed class UnreadableKeyTestsOnPostgreSql() : UnreadableKeyTests(DatabaseProvider.PostgreSql);
