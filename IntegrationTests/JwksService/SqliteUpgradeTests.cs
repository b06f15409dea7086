using System.Security.Cryptography;
using System.Text;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>A SQLite file of the first version, in which a key's state was a column, and the way back to it.</summary>
[Trait("Rule", "KR-06")]
public sealed class SqliteUpgradeTests : IAsyncLifetime
{
    private const string FirstMigration = "20261123152221_Initial";

    private static readonly DateTimeOffset Created = new(2020, 2, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Activated = Created.AddDays(1);

    private TestDatabase _file = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _file = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var database = Open();
        await MigrateAsync(database, FirstMigration);
        await ExecuteAsync(
            "INSERT INTO Partners VALUES ($partner, 'Partner A', '[\"PS256\",\"ES256\"]', $created)",
            ("$partner", Registry.Partner), ("$created", Created.ToUnixTimeMilliseconds()));
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    [Fact]
    public async Task An_active_key_is_still_published_and_active_since_it_was_activated()
    {
        var kid = await InsertKeyAsync("Active", Activated);
        await InsertUsedTokenAsync();
        await using var registry = await StartAsync();

        Assert.Equal(kid, (string?)Assert.Single(await registry.GetKeysAsync(Registry.Partner))!["kid"]);
        var key = await registry.GetKeyAsync(kid);
        Assert.Equal("active", (string?)key["state"]);
        Assert.Equal((Created, Activated), (key["createdAt"]!.GetValue<DateTimeOffset>(), key["activatesAt"]!.GetValue<DateTimeOffset>()));
        // The partner is as configured, its token used: there is nothing to tell of it, and its trail begins with its next change.
        Assert.Empty(await registry.Service.Client.GetAuditAsync(Registry.Partner, registry.OperatorToken().Make()));
        await registry.AssertRefusedAsync(
            System.Net.HttpStatusCode.Unauthorized, "enrolment_token_used", () => registry.SubmitAsync(registry.NewSubmission()));
        var token = await registry.NewTokenAsync();
        var submission = registry.NewSubmission();
        submission.Token = token;
        await registry.EnrolAsync(submission);
        Assert.Equal(2, (await registry.Service.Client.GetAuditAsync(Registry.Partner, registry.OperatorToken().Make())).Count);
    }

    [Theory]
    [InlineData("Revoked", "revoked")]
    [InlineData("Retired", "retired")]
    public async Task A_key_that_was_not_published_is_not_published(string state, string stateNow)
    {
        var kid = await InsertKeyAsync(state, Activated);
        await using var registry = await StartAsync();
        Assert.Empty(await registry.GetKeysAsync(Registry.Partner));
        Assert.Equal(stateNow, (string?)(await registry.GetKeyAsync(kid))["state"]);
    }

    [Fact]
    public async Task A_way_back_publishes_no_key_that_was_taken_away()
    {
        var active = await InsertKeyAsync("Active", Activated);
        var retired = await InsertKeyAsync("Active", Activated);
        var revoked = await InsertKeyAsync("Active", Activated);
        await using var database = Open();
        await MigrateAsync(database, null);
        await SetAsync(database, retired, (key, now) => key.RetiresAt = now);
        await SetAsync(database, revoked, (key, now) => key.RevokedAt = now);

        await MigrateAsync(database, FirstMigration);

        Assert.Equal("Active", await StateOfAsync(active));
        Assert.Equal("Retired", await StateOfAsync(retired));
        Assert.Equal("Revoked", await StateOfAsync(revoked));
    }

    [Fact]
    public async Task A_way_back_publishes_no_key_of_a_suspended_partner()
    {
        var kid = await InsertKeyAsync("Active", Activated);
        await using var database = Open();
        await MigrateAsync(database, null);
        await database.Partners.ExecuteUpdateAsync(partner => partner.SetProperty(row => row.SuspendedAt, Activated), Cancellation);

        await MigrateAsync(database, FirstMigration);

        Assert.Equal("Retired", await StateOfAsync(kid));
    }

    [Fact]
    public async Task There_and_back_and_there_again_ends_in_the_same_key()
    {
        var kid = await InsertKeyAsync("Active", Activated);
        await using (var database = Open())
        {
            await MigrateAsync(database, null);
            await MigrateAsync(database, FirstMigration);
        }

        await using var registry = await StartAsync();
        Assert.Equal(kid, (string?)Assert.Single(await registry.GetKeysAsync(Registry.Partner))!["kid"]);
        Assert.Equal(Activated, (await registry.GetKeyAsync(kid))["activatesAt"]!.GetValue<DateTimeOffset>());
    }

    private Task<Registry> StartAsync() => Registry.StartAsync(settings =>
    {
        foreach (var (name, value) in _file.Settings)
        {
            settings[name] = value;
        }
    });

    private SqliteJwksDbContext Open() =>
        new(new DbContextOptionsBuilder<SqliteJwksDbContext>().UseSqlite(_file.ConnectionString).Options);

    private static Task MigrateAsync(DbContext database, string? target) =>
        database.GetService<IMigrator>().MigrateAsync(target, Cancellation);

    private static async Task SetAsync(JwksDbContext database, string kid, Action<PartnerKey, DateTimeOffset> change)
    {
        change(await database.PartnerKeys.SingleAsync(key => key.KeyId == kid, Cancellation), Activated.AddDays(1));
        await database.SaveChangesAsync(Cancellation);
    }

    private async Task<string> InsertKeyAsync(string state, DateTimeOffset? activatedAt)
    {
        var key = PartnerKeyPair.NewEc().Public;
        await ExecuteAsync(
            """
            INSERT INTO PartnerKeys (Id, ClientId, KeyId, Thumbprint, Algorithm, Jwk, State, CreatedAt, ActivatedAt, RetiresAt, RevokedAt)
            VALUES ($id, $partner, $kid, $kid, 'ES256', $jwk, $state, $created, $activated, NULL, NULL)
            """,
            ("$id", Guid.CreateVersion7()),
            ("$partner", Registry.Partner),
            ("$kid", key.KeyId),
            ("$jwk", key.ToJson().ToJsonString()),
            ("$state", state),
            ("$created", Created.ToUnixTimeMilliseconds()),
            ("$activated", activatedAt?.ToUnixTimeMilliseconds() ?? (object)DBNull.Value));
        return key.KeyId;
    }

    private Task<object?> InsertUsedTokenAsync() => ExecuteAsync(
        """
        INSERT INTO EnrolmentTokens (Id, ClientId, TokenHash, Source, CreatedAt, ExpiresAt, UsedAt, RevokedAt)
        VALUES ($id, $partner, $hash, 'Configuration', $created, $expires, $created, NULL)
        """,
        ("$id", Guid.CreateVersion7()),
        ("$partner", Registry.Partner),
        ("$hash", SHA256.HashData(Encoding.UTF8.GetBytes(Registry.Token))),
        ("$created", Created.ToUnixTimeMilliseconds()),
        ("$expires", Created.AddDays(1).ToUnixTimeMilliseconds()));

    private async Task<string?> StateOfAsync(string kid) =>
        (string?)await ExecuteAsync("SELECT State FROM PartnerKeys WHERE KeyId = $kid", ("$kid", kid));

    private async Task<object?> ExecuteAsync(string sql, params (string Name, object Value)[] parameters)
    {
        await using var connection = new SqliteConnection(_file.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        // Texts of this class alone.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddRange(parameters.Select(parameter => new SqliteParameter(parameter.Name, parameter.Value)));
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
