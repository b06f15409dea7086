using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.JwksService.Audit;

using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Migrations and first rows, by several replicas at once.</summary>
[Trait("Rule", "KR-10")]
public abstract class SchemaTests(string provider) : RegistryTests(provider)
{
    private const int Replicas = 4;

    [Fact]
    public async Task Replicas_that_start_at_once_on_an_empty_database_make_one_schema_and_each_row_once()
    {
        await using var empty = await TestDatabase.CreateAsync(
            Registry.Settings[ServiceDatabase.ProviderSetting] == ServiceDatabase.Sqlite ? DatabaseProvider.Sqlite : DatabaseProvider.PostgreSql);
        foreach (var (name, value) in empty.Settings)
        {
            Registry.Settings[name] = value;
        }

        var replicas = await Task.WhenAll(Enumerable.Range(0, Replicas).Select(_ => Task.Run(Registry.StartServiceAsync)));
        await Task.WhenAll(replicas.Select(replica => replica.DisposeAsync().AsTask()));
        await Registry.RestartAsync();

        Assert.Empty(await Registry.QueryAsync(database => database.Database.GetPendingMigrationsAsync(Cancellation)));
        Assert.Equal(
            await Registry.QueryAsync(database => Task.FromResult(database.Database.GetMigrations())),
            await Registry.QueryAsync(database => database.Database.GetAppliedMigrationsAsync(Cancellation)));
        Assert.Equal(2, await Registry.QueryAsync(database => database.Partners.CountAsync(Cancellation)));
        Assert.Equal(2, await Registry.QueryAsync(database => database.EnrolmentTokens.CountAsync(Cancellation)));
        var records = await Registry.QueryAsync(database => database.AuditRecords
            .Select(record => new { record.ClientId, record.Action }).ToListAsync(Cancellation));
        Assert.Equal(4, records.Count);
        foreach (var clientId in new[] { Registry.Partner, Registry.OtherPartner })
        {
            Assert.Single(records, record => record.ClientId == clientId && record.Action == AuditAction.PartnerCreated);
            Assert.Single(records, record => record.ClientId == clientId && record.Action == AuditAction.EnrolmentTokenCreated);
        }
    }

    [Fact]
    public Task The_migrations_make_what_the_model_says() => Registry.QueryAsync(database =>
    {
        Assert.False(database.Database.HasPendingModelChanges(), "Add a migration for each provider: see the contexts' factories.");
        return Task.FromResult(true);
    });
}

public sealed class SchemaTestsOnSqlite() : SchemaTests(ServiceDatabase.Sqlite);

public sealed class SchemaTestsOnPostgreSql() : SchemaTests(ServiceDatabase.PostgreSql);
