using System.Text.Json;

using B2BAssertions.AuthorizationServer.Commands;
using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.CommandLines;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;

/// <summary><c>AuthorizationServer signing-keys</c> beside a running server, on its database.</summary>
[Trait("Rule", "AT-04")]
public abstract class SigningKeyCommandTests(DatabaseProvider provider) : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private SigningKeySystem _system = null!;

    public async ValueTask InitializeAsync() => _system = await SigningKeySystem.StartAsync(provider);

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Rotate_publishes_a_key_that_signs_later_and_says_when()
    {
        var first = Assert.Single(await SigningKeySystem.KidsAsync(_system.Server));

        var (exitCode, output, error) = await TypeAsync("signing-keys", "rotate");

        Assert.Equal(0, exitCode);
        _system.Pass(SigningKeyRefresh.Interval);
        var kids = await SigningKeySystem.KidsAsync(_system.Server, count: 2);
        Assert.Equal((kids[0], first), (first, await _system.SigningKidAsync(_system.Server)));
        Assert.Matches($"Key {kids[1]} signs from [^ ]+, 00:10:00 after it was published", error);
        Assert.Matches($"KID +ALGORITHM +STATE +PUBLISHED .*\n{first} +ES256 +current .*\n{kids[1]} +ES256 +next ", output);

        // Once more changes nothing: the next key is there.
        Assert.Contains($"Key {kids[1]} signs from ", (await TypeAsync("signing-keys", "rotate")).Error, StringComparison.Ordinal);
        Assert.Equal(2, (await _system.RowsAsync()).Count);
    }

    [Fact]
    public async Task Rotate_says_how_long_the_key_is_published_ahead_by_the_settings_of_its_shell()
    {
        var shell = new Dictionary<string, string>(_system.Fixture.Database.Settings) { ["AuthorizationServer:SigningKeys:PublishAhead"] = "13:00:00" };

        var (exitCode, output, error) = await TypeAsync(shell, "signing-keys", "rotate", "--json");

        Assert.Equal(0, exitCode);
        Assert.Contains(", 13:00:00 after it was published", error, StringComparison.Ordinal);
        Assert.Equal("13:00:00", JsonElement.Parse(output).GetProperty("keys")[1].GetProperty("publishedAhead").GetString());
    }

    [Fact]
    public async Task Rotate_now_warns_and_the_new_key_signs_at_once()
    {
        var first = Assert.Single(await SigningKeySystem.KidsAsync(_system.Server));
        var token = await _system.TokenAsync(_system.Server);

        var (exitCode, _, error) = await TypeAsync("signing-keys", "rotate", "--now");

        Assert.Equal(0, exitCode);
        Assert.StartsWith("Warning: ", error, StringComparison.Ordinal);
        _system.Pass(SigningKeyRefresh.Interval);
        var kids = await SigningKeySystem.KidsAsync(_system.Server, count: 2);
        Assert.Equal(first, kids[0]);
        Assert.Equal(kids[1], await _system.SigningKidAsync(_system.Server));
        Assert.True(await SigningKeySystem.IsSignatureValidAsync(_system.Server, token));
    }

    [Fact]
    public async Task Withdraw_takes_the_key_that_signs_away_and_lists_it_as_JSON()
    {
        var first = Assert.Single(await SigningKeySystem.KidsAsync(_system.Server));

        var (exitCode, output, error) = await TypeAsync("signing-keys", "withdraw", first, "--json");

        Assert.Equal(0, exitCode);
        var keys = JsonElement.Parse(output).GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal([(first, "withdrawn"), (keys[1].GetProperty("kid").GetString()!, "current")], keys.Select(key =>
            (key.GetProperty("kid").GetString()!, key.GetProperty("state").GetString()!)));
        Assert.Equal(
            ["algorithm", "kid", "publishedAhead", "publishedAt", "publishedUntil", "signsFrom", "state", "withdrawnAt"],
            keys[0].EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(_system.Fixture.Time.GetUtcNow(), keys[0].GetProperty("withdrawnAt").GetDateTimeOffset(), SigningKeySystem.Second);
        var successor = keys[1].GetProperty("kid").GetString()!;
        Assert.Contains($"Key {successor} signs at once.", error, StringComparison.Ordinal);
        _system.Pass(SigningKeyRefresh.Interval);
        await SigningKeySystem.AssertPublishesAsync(_system.Server, successor);
        Assert.Equal(successor, await _system.SigningKidAsync(_system.Server));
    }

    [Fact]
    public async Task A_kid_that_is_not_there_is_said_so()
    {
        var (exitCode, output, error) = await TypeAsync("signing-keys", "withdraw", "-no-such-key");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("signing_key_unknown: ", error, StringComparison.Ordinal);
        Assert.Null(Assert.Single(await _system.RowsAsync()).WithdrawnAt);
    }

    [Fact]
    public async Task Without_the_certificate_no_key_is_made()
    {
        using var certificates = new Certificates();
        await using var system = await SigningKeySystem.StartAsync(provider, certificates.Settings(certificates.First));

        var (exitCode, _, error) = await TypeAsync(system.Fixture.Database.Settings, "signing-keys", "rotate");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("signing_keys_unreadable: ", error, StringComparison.Ordinal);
        Assert.Single(await system.RowsAsync());

        // Data protection keys live 90 days; after that the one that is made next would show no certificate.
        await system.DateDataProtectionKeysAsync("2001-01-01T00:00:00Z", "2001-04-01T00:00:00Z");
        foreach (var settings in new[] { [], certificates.Settings(certificates.Second) })
        {
            Assert.Equal(1, (await TypeAsync(Shell(system, settings), "signing-keys", "rotate")).ExitCode);
        }

        Assert.Single(await system.RowsAsync());
        Assert.Single(await system.DataProtectionKeysAsync());

        // To look at the keys, and to withdraw the next one, none has to be opened.
        Assert.Equal(0, (await TypeAsync(system.Fixture.Database.Settings, "signing-keys", "list")).ExitCode);
    }

    /// <summary>As docs/operations/signing-keys.md tells it.</summary>
    [Fact]
    public async Task After_a_lost_certificate_withdraw_makes_a_key_that_the_new_one_protects()
    {
        using var certificates = new Certificates();
        await using var system = await SigningKeySystem.StartAsync(provider, certificates.Settings(certificates.First));
        var lost = Assert.Single(await SigningKeySystem.KidsAsync(system.Server));
        var replaced = certificates.Settings(certificates.Second);

        await system.WithDatabaseAsync(database => database.DataProtectionKeys.ExecuteDeleteAsync(TestContext.Current.CancellationToken));
        var fault = await Assert.ThrowsAsync<StartupException>(() => system.StartReplicaAsync(replaced));
        Assert.Contains($"'AuthorizationServer signing-keys withdraw {lost}'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("is not in the database", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await TypeAsync(Shell(system, replaced), "signing-keys", "withdraw", lost)).ExitCode);

        var restarted = await system.StartReplicaAsync(replaced);
        Assert.Equal((await system.RowsAsync())[1].KeyId, await system.SigningKidAsync(restarted));
        Assert.DoesNotContain("<masterKey", Assert.Single(await system.DataProtectionKeysAsync()).Xml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_no_service_made_is_left_as_it_is()
    {
        await using var empty = await TestDatabase.CreateAsync(provider);

        var (exitCode, _, error) = await TypeAsync(empty.Settings, "signing-keys", "rotate");

        Assert.Equal(1, exitCode);
        Assert.StartsWith(provider == DatabaseProvider.Sqlite ? "database_unavailable: " : "database_not_ready: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_is_typed_wrong_is_told_and_does_nothing()
    {
        foreach (var typed in new[] { "signing-keys rotate --soon", "signing-keys withdraw", "signing-key list", "signing-keys" })
        {
            var (exitCode, output, error) = await TypeAsync(typed.Split(' '));

            Assert.Equal((2, ""), (exitCode, output));
            Assert.Contains("--help tells more.", error, StringComparison.Ordinal);
        }

        Assert.Single(await _system.RowsAsync());
    }

    /// <summary>The settings of a shell beside the system's servers.</summary>
    private static Dictionary<string, string> Shell(SigningKeySystem system, (string Name, string Value)[] settings) => new(
        system.Fixture.Database.Settings.Concat(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))));

    private Task<(int ExitCode, string Output, string Error)> TypeAsync(params string[] args) => TypeAsync(_system.Fixture.Database.Settings, args);

    private async Task<(int ExitCode, string Output, string Error)> TypeAsync(IReadOnlyDictionary<string, string> database, params string[] args)
    {
        Assert.True(CommandLine.IsMeantBy(args));
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(args, new Surroundings(output, error), builder =>
        {
            builder.Configuration.AddInMemoryCollection(database!);
            builder.Configuration[SettingNames.DataDirectory] = _directory.FileNamed("none");
            builder.Services.AddSingleton<TimeProvider>(_system.Fixture.Time);
        });
        Assert.False(Directory.Exists(_directory.FileNamed("none")));
        return (exitCode, output.ToString(), error.ToString());
    }
}

public sealed class SigningKeyCommandTestsOnSqlite() : SigningKeyCommandTests(DatabaseProvider.Sqlite);

public sealed class SigningKeyCommandTestsOnPostgreSql() : SigningKeyCommandTests(DatabaseProvider.PostgreSql);
