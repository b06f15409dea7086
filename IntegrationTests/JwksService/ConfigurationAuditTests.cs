using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Audit;

using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>What the configuration changes at start is told like any other change.</summary>
[Trait("Rule", "KR-09")]
public abstract class ConfigurationAuditTests(string provider) : RegistryTests(provider)
{
    private const string Partner = "JwksService:Partners:0";
    private const string NewToken = "a-new-token-of-partner-a-0123456789";

    [Fact]
    public async Task The_first_start_tells_of_each_partner_and_its_token()
    {
        var records = await NewRecordsAsync();
        Assert.Equal(
            [
                (Registry.Partner, AuditAction.EnrolmentTokenCreated),
                (Registry.Partner, AuditAction.PartnerCreated),
                (Registry.OtherPartner, AuditAction.EnrolmentTokenCreated),
                (Registry.OtherPartner, AuditAction.PartnerCreated),
            ],
            records.Select(record => (record.ClientId, record.Action)).OrderBy(record => record.ClientId).ThenBy(record => $"{record.Action}"));
        Assert.All(records, record => Assert.Equal(
            (ActorKind.Configuration, "configuration", (string?)null, (string?)null, (string?)null, Registry.Time.GetUtcNow()),
            (record.ActorKind, record.Actor, record.Address, record.TraceId, record.KeyId, record.At)));
        Assert.All(records, record => Assert.DoesNotContain("enrolment-token-of", record.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_with_the_same_configuration_adds_no_record()
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        var before = await LastAsync();
        Registry.Pass(TimeSpan.FromDays(2));
        await Registry.RestartAsync();
        await Registry.RestartAsync();
        Assert.Empty(await NewRecordsAsync(before));
    }

    [Theory]
    [InlineData("Name", "Renamed", "Renamed; PS256, ES256")]
    [InlineData("Contact", "security@partner-a.example.test", "Partner A; PS256, ES256; contact changed")]
    [InlineData("AllowedAlgorithms:0", "ES256", "Partner A; ES256")]
    public async Task A_changed_partner_is_told_once(string member, string value, string detail)
    {
        var before = await LastAsync();
        Registry.Settings[$"{Partner}:{member}"] = value;
        Registry.Pass(TimeSpan.FromHours(1));
        await Registry.RestartAsync();
        var changedAt = Registry.Time.GetUtcNow();
        Registry.Pass(TimeSpan.FromHours(1));
        await Registry.RestartAsync();

        var record = Assert.Single(await NewRecordsAsync(before));
        Assert.Equal(
            (Registry.Partner, AuditAction.PartnerChanged, ActorKind.Configuration, changedAt, detail),
            (record.ClientId, record.Action, record.ActorKind, record.At, record.Detail));
    }

    [Fact]
    public async Task A_replaced_token_is_told_as_revoked_and_created()
    {
        var tokens = await TokenIdsAsync();
        var before = await LastAsync();
        await RestartWithAsync(NewToken);
        var created = Assert.Single((await TokenIdsAsync()).Except(tokens));

        var records = await NewRecordsAsync(before);
        Assert.Equal([AuditAction.EnrolmentTokenRevoked, AuditAction.EnrolmentTokenCreated], records.Select(record => record.Action));
        Assert.All(records, record => Assert.Equal((Registry.Partner, ActorKind.Configuration), (record.ClientId, record.ActorKind)));
        Assert.Contains(Guid.Parse(records[0].Detail!), tokens);
        Assert.StartsWith($"{created}", records[1].Detail, StringComparison.Ordinal);
        Assert.All(records, record => Assert.DoesNotContain(NewToken, record.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_that_is_taken_out_is_told_as_revoked()
    {
        var before = await LastAsync();
        await RestartWithAsync(null);
        var record = Assert.Single(await NewRecordsAsync(before));
        Assert.Equal((Registry.Partner, AuditAction.EnrolmentTokenRevoked), (record.ClientId, record.Action));
    }

    [Fact]
    public async Task A_token_that_is_not_stored_is_not_told()
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        var before = await LastAsync();
        await RestartWithAsync(NewToken);
        Assert.Empty(await NewRecordsAsync(before));
    }

    private Task RestartWithAsync(string? token)
    {
        Registry.Settings[$"{Partner}:EnrolmentToken"] = token ?? string.Empty;
        return Registry.RestartAsync();
    }

    private Task<List<Guid>> TokenIdsAsync() => Registry.QueryAsync(database => database.EnrolmentTokens
        .Where(token => token.ClientId == Registry.Partner).Select(token => token.Id).ToListAsync(Cancellation));

    private Task<long> LastAsync() => Registry.QueryAsync(database => database.AuditRecords.MaxAsync(record => record.Id, Cancellation));

    private Task<List<AuditRecord>> NewRecordsAsync(long after = 0) => Registry.QueryAsync(database =>
        database.AuditRecords.AsNoTracking().Where(record => record.Id > after).OrderBy(record => record.Id).ToListAsync(Cancellation));
}

public sealed class ConfigurationAuditTestsOnSqlite() : ConfigurationAuditTests(ServiceDatabase.Sqlite);

public sealed class ConfigurationAuditTestsOnPostgreSql() : ConfigurationAuditTests(ServiceDatabase.PostgreSql);
