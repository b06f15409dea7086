using System.Data.Common;

using B2BAssertions.DatabaseDefaults;

using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>The database itself keeps audit records as they are, whatever statement comes from this service's user.</summary>
[Trait("Rule", "KR-09")]
public abstract class AppendOnlyTests(string provider) : RegistryTests(provider)
{
    private const string Refusal = "audit records are append-only";
    private const string Columns =
        "\"Id\", \"ClientId\", \"At\", \"ActorKind\", \"Actor\", \"Action\", \"KeyId\", \"Detail\", \"Address\", \"TraceId\"";

    [Theory]
    [InlineData("UPDATE \"AuditRecords\" SET \"Actor\" = 'somebody else'")]
    [InlineData("UPDATE \"AuditRecords\" SET \"Detail\" = NULL WHERE \"Id\" = (SELECT MAX(\"Id\") FROM \"AuditRecords\")")]
    [InlineData("UPDATE \"AuditRecords\" SET \"Id\" = \"Id\" + 1000")]
    [InlineData("DELETE FROM \"AuditRecords\"")]
    [InlineData("DELETE FROM \"AuditRecords\" WHERE \"Id\" = (SELECT MIN(\"Id\") FROM \"AuditRecords\")")]
    public Task A_record_is_neither_altered_nor_deleted(string sql) => AssertRefusedAsync(sql);

    [Fact]
    public async Task A_partner_with_records_is_not_deleted_from_under_them()
    {
        var before = await Registry.DumpAsync();
        await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync(
            "DELETE FROM \"EnrolmentTokens\"; DELETE FROM \"Partners\""));
        Assert.Equal(AuditOf(before), AuditOf(await Registry.DumpAsync()));
    }

    internal async Task AssertRefusedAsync(string sql)
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        var before = await Registry.DumpAsync();
        var exception = await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync(sql));
        Assert.Contains(Refusal, exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, await Registry.DumpAsync());
        // And the trail goes on.
        await Registry.NewTokenAsync();
    }

    /// <summary>A copy of the newest record with another actor.</summary>
    internal static string Replacement(string insert) =>
        $"{insert} INTO \"AuditRecords\" ({Columns}) SELECT {Columns.Replace("\"Actor\"", "'somebody else'", StringComparison.Ordinal)} "
        + "FROM \"AuditRecords\" ORDER BY \"Id\" DESC LIMIT 1";

    private Task<int> ExecuteAsync(string sql) => Registry.QueryAsync(database => database.Database.ExecuteSqlRawAsync(sql, Cancellation));

    private static string AuditOf(string dump) => dump[dump.IndexOf("\"Audit\"", StringComparison.Ordinal)..];
}

public sealed class AppendOnlyTestsOnSqlite() : AppendOnlyTests(ServiceDatabase.Sqlite)
{
    [Theory]
    [InlineData("INSERT OR REPLACE")]
    [InlineData("REPLACE")]
    [InlineData("INSERT OR IGNORE")]
    public Task A_record_is_not_replaced(string insert) => AssertRefusedAsync(Replacement(insert));

    [Theory]
    [InlineData("UPDATE OR REPLACE \"AuditRecords\" SET \"Id\" = (SELECT MIN(\"Id\") FROM \"AuditRecords\")")]
    [InlineData("UPDATE OR IGNORE \"AuditRecords\" SET \"Actor\" = 'somebody else'")]
    public Task A_record_is_not_replaced_by_an_update(string sql) => AssertRefusedAsync(sql);

    [Fact]
    public Task A_record_is_not_altered_by_an_upsert() =>
        AssertRefusedAsync(
            Replacement("INSERT").Replace(" ORDER BY", " WHERE true ORDER BY", StringComparison.Ordinal)
            + " ON CONFLICT DO UPDATE SET \"Actor\" = 'somebody else'");
}

public sealed class AppendOnlyTestsOnPostgreSql() : AppendOnlyTests(ServiceDatabase.PostgreSql)
{
    [Theory]
    [InlineData("TRUNCATE \"AuditRecords\"")]
    [InlineData("TRUNCATE \"Partners\" CASCADE")]
    [InlineData("TRUNCATE \"Partners\", \"PartnerKeys\", \"EnrolmentTokens\", \"UsedProofs\", \"AuditRecords\"")]
    public Task The_trail_is_not_truncated(string sql) => AssertRefusedAsync(sql);

    [Fact]
    public Task A_record_is_not_altered_by_an_upsert() =>
        AssertRefusedAsync($"{Replacement("INSERT")} ON CONFLICT (\"Id\") DO UPDATE SET \"Actor\" = 'somebody else'");

    [Fact]
    public Task A_record_is_not_altered_by_a_merge() => AssertRefusedAsync(
        "MERGE INTO \"AuditRecords\" AS target USING \"AuditRecords\" AS source ON target.\"Id\" = source.\"Id\" WHEN MATCHED THEN DELETE");
}
