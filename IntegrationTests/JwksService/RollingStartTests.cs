using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.JwksService.Partners;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>
/// A replica starts with another configuration while another replica changes the same partner. On PostgreSQL alone: SQLite has one
/// writer at a time.
/// </summary>
[Trait("Rule", "KR-10")]
public sealed class RollingStartTests() : RegistryTests(ServiceDatabase.PostgreSql)
{
    [Fact]
    public async Task A_token_that_is_being_used_is_not_revoked_and_no_other_one_is_opened_behind_it()
    {
        await using var scope = Registry.Service.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<JwksDbContext>();
        await using var enrolment = await database.Database.BeginTransactionAsync(Cancellation);
        await database.LockPartnerAsync(Registry.Partner, Cancellation);
        var token = await database.EnrolmentTokens.SingleAsync(row => row.ClientId == Registry.Partner, Cancellation);
        token.UsedAt = Registry.Time.GetUtcNow();
        database.PartnerKeys.Add(
            PartnerKey.From(Registry.Partner, PartnerKeyPair.NewEc().Public, Registry.Time.GetUtcNow(), TimeSpan.Zero));
        await database.SaveChangesAsync(Cancellation);

        Registry.Settings["JwksService:Partners:0:EnrolmentToken"] = "a-new-token-of-partner-a-0123456789";
        var starting = Task.Run(Registry.StartServiceAsync);
        await Hosting.WaitFor.StateAsync("the starting replica waits for the enrolment", IsAnyoneWaitingAsync);
        await enrolment.CommitAsync(Cancellation);
        await using var started = await starting;

        var stored = Assert.Single(await Registry.QueryAsync(other =>
            other.EnrolmentTokens.Where(row => row.ClientId == Registry.Partner).ToListAsync(Cancellation)));
        Assert.Equal((token.Id, token.UsedAt, (DateTimeOffset?)null), (stored.Id, stored.UsedAt, stored.RevokedAt));
        Assert.Equal(0, await Registry.QueryAsync(other =>
            other.AuditRecords.CountAsync(record => record.Action == AuditAction.EnrolmentTokenRevoked, Cancellation)));
    }

    [Fact]
    [Trait("Rule", "KR-09")]
    public async Task A_change_that_another_starting_replica_is_storing_is_told_once()
    {
        await using var scope = Registry.Service.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<JwksDbContext>();
        await using var other = await database.Database.BeginTransactionAsync(Cancellation);
        var partner = (await database.LockPartnerAsync(Registry.Partner, Cancellation))!;
        partner.Name = "Renamed";
        await database.SaveChangesAsync(Cancellation);

        Registry.Settings["JwksService:Partners:0:Name"] = "Renamed";
        var starting = Task.Run(Registry.StartServiceAsync);
        await Hosting.WaitFor.StateAsync("the starting replica waits for the other one", IsAnyoneWaitingAsync);
        await other.CommitAsync(Cancellation);
        await using var started = await starting;

        Assert.Equal(0, await Registry.QueryAsync(it =>
            it.AuditRecords.CountAsync(record => record.Action == AuditAction.PartnerChanged, Cancellation)));
    }

    [Fact]
    public async Task Who_has_locked_a_partner_sees_it_as_the_one_before_left_it()
    {
        await using var scope = Registry.Service.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<JwksDbContext>();
        var before = await database.Partners.SingleAsync(row => row.ClientId == Registry.Partner, Cancellation);
        Assert.False(before.IsSuspended);
        await Registry.SuspendAsync();

        await using var transaction = await database.Database.BeginTransactionAsync(Cancellation);
        var partner = (await database.LockPartnerAsync(Registry.Partner, Cancellation))!;
        Assert.True(partner.IsSuspended);
        partner.Name = "Renamed";
        Assert.Equal("Renamed", (await database.LockPartnerAsync(Registry.Partner, Cancellation))!.Name);
    }

    private async Task<string?> IsAnyoneWaitingAsync() => await Registry.QueryAsync(database => database.Database
        .SqlQuery<string>(
            $"SELECT query AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        .FirstOrDefaultAsync(Cancellation));
}
