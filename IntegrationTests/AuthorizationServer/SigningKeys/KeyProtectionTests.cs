using System.Buffers.Text;
using System.Text.RegularExpressions;

using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.KeyFiles;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;

/// <summary>Who reads the database or the logs gets no signing key, and a certificate that is lost is said to be lost.</summary>
[Trait("Rule", "AT-04")]
public abstract partial class KeyProtectionTests(DatabaseProvider provider) : IDisposable
{
    private readonly Certificates _certificates = new();

    public void Dispose()
    {
        _certificates.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_private_key_is_neither_in_the_database_nor_in_a_log()
    {
        await using var system = await SigningKeySystem.StartAsync(provider, _certificates.Settings(_certificates.First));
        await system.TokenAsync(system.Server);
        await system.RotateAsync();
        system.Pass(SigningKeyRefresh.Interval);
        await SigningKeySystem.KidsAsync(system.Server, count: 2);

        var stored = (await system.RowsAsync()).Select(row => row.ProtectedKey)
            .Concat((await system.DataProtectionKeysAsync()).Select(key => key.Xml!));
        var text = string.Join('\n', [.. stored, .. system.Server.Logs.Lines]);
        Assert.All(SpellingsOfSigningKey(system.Server), secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("<masterKey", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_certificate_no_log_holds_the_key_that_protects_and_a_warning_names_the_setting()
    {
        await using var system = await SigningKeySystem.StartAsync(provider);
        await system.RotateAsync();

        var key = Assert.Single(await system.DataProtectionKeysAsync());
        var master = MasterKey.Match(key.Xml!).Groups[1].Value;
        Assert.True(master.Length > 40);
        Assert.DoesNotContain(system.Server.Logs.Lines, line => line.Contains(master, StringComparison.Ordinal));
        Assert.All(SpellingsOfSigningKey(system.Server), secret => Assert.DoesNotContain(
            system.Server.Logs.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        // A SQLite file is its owner's alone.
        Assert.Equal(
            provider == DatabaseProvider.PostgreSql,
            system.Server.Logs.Lines.Any(line => line.StartsWith("Warning ", StringComparison.Ordinal)
                && line.Contains("AuthorizationServer:DataProtection:CertificateFile is not set", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_lost_certificate_stops_the_start_and_makes_no_new_key()
    {
        await using var system = await SigningKeySystem.StartAsync(provider, _certificates.Settings(_certificates.First));
        var kid = Assert.Single(await SigningKeySystem.KidsAsync(system.Server));

        foreach (var settings in new[] { [], _certificates.Settings(_certificates.Second) })
        {
            var fault = await Assert.ThrowsAsync<StartupException>(() => system.StartReplicaAsync(settings));
            Assert.Contains(kid, fault.Message, StringComparison.Ordinal);
            Assert.Contains("AuthorizationServer:DataProtection:CertificateFile", fault.Message, StringComparison.Ordinal);
            Assert.Contains($"signing-keys withdraw {kid}", fault.Message, StringComparison.Ordinal);
        }

        Assert.Single(await system.RowsAsync());
        Assert.Single(await system.DataProtectionKeysAsync());
        Assert.Equal(kid, await system.SigningKidAsync(await system.StartReplicaAsync(_certificates.Settings(_certificates.First))));
    }

    [Fact]
    public async Task A_lost_certificate_stops_the_start_even_when_no_signing_key_is_left()
    {
        await using var system = await SigningKeySystem.StartAsync(provider, _certificates.Settings(_certificates.First));
        await system.WithDatabaseAsync(database => database.ServerSigningKeys.ExecuteDeleteAsync(TestContext.Current.CancellationToken));

        await Assert.ThrowsAsync<StartupException>(() => system.StartReplicaAsync());

        Assert.Empty(await system.RowsAsync());
        Assert.Single(await system.DataProtectionKeysAsync());
    }

    [Fact]
    public async Task A_former_certificate_opens_what_it_protected_and_can_go_after_a_rotation()
    {
        await using var system = await SigningKeySystem.StartAsync(provider, _certificates.Settings(_certificates.First));
        var first = Assert.Single(await SigningKeySystem.KidsAsync(system.Server));
        var changed = await system.StartReplicaAsync(_certificates.SettingsWithFormer(_certificates.Second, _certificates.First));
        Assert.Equal(first, await system.SigningKidAsync(changed));

        var next = await system.RotateAsync(signsNow: true, changed);
        system.Pass(SigningKeyTimeline.PublishedAfterUse);
        await SigningKeySystem.AssertPublishesAsync(changed, next.KeyId);

        var without = await system.StartReplicaAsync(_certificates.Settings(_certificates.Second));
        Assert.Equal(next.KeyId, await system.SigningKidAsync(without));
        var last = await system.RotateAsync(signsNow: true, without);
        system.Pass(SigningKeyRefresh.Interval);
        await SigningKeySystem.AssertPublishesAsync(without, next.KeyId, last.KeyId);
        Assert.Equal(2, (await system.DataProtectionKeysAsync()).Count);
    }

    [Fact]
    public async Task A_certificate_that_comes_later_protects_every_key_from_then_on()
    {
        await using var system = await SigningKeySystem.StartAsync(provider);

        var replica = await system.StartReplicaAsync([.. _certificates.Settings(_certificates.First), ("AuthorizationServer:SigningAlgorithm", "PS256")]);

        Assert.Contains(replica.Logs.Lines, line => line.Contains("1 data protection keys in the database are older than", StringComparison.Ordinal));
        var keys = await system.DataProtectionKeysAsync();
        Assert.Equal([true, false], keys.Select(key => key.Xml!.Contains("requiresEncryption", StringComparison.Ordinal)));
        var (first, next) = await system.RowsAsync() is [var one, var two] ? (one, two) : default;
        Assert.Contains(KeyIdIn(first.ProtectedKey), keys[0].Xml, StringComparison.Ordinal);
        Assert.Contains(KeyIdIn(next.ProtectedKey), keys[1].Xml, StringComparison.Ordinal);
    }

    /// <summary>Data Protection would not look for it: the replica is older than two minutes, or has read its keys within the day.</summary>
    [Fact]
    public async Task A_replica_opens_what_another_protected_with_a_key_made_since()
    {
        await using var system = await SigningKeySystem.StartAsync(provider);
        var replica = await system.StartReplicaAsync();
        await system.DateDataProtectionKeysAsync("2001-01-01T00:00:00Z", "2001-04-01T00:00:00Z");

        var next = await system.RotateAsync(signsNow: true);
        system.Pass(SigningKeyRefresh.Interval);
        await SigningKeySystem.KidsAsync(replica, count: 2);

        var keys = await system.DataProtectionKeysAsync();
        Assert.Equal(2, keys.Count);
        Assert.Contains(KeyIdIn(next.ProtectedKey), keys[1].Xml, StringComparison.Ordinal);
        Assert.Equal(next.KeyId, await system.SigningKidAsync(replica));
    }

    /// <summary>Data Protection's keys go by the system's clock: after a quarter of a year none may protect any more, and before its time none yet.</summary>
    [Theory]
    [InlineData(false, "2001-01-01T00:00:00Z", "2001-04-01T00:00:00Z")]
    [InlineData(true, "2001-01-01T00:00:00Z", "2001-04-01T00:00:00Z")]
    [InlineData(false, "2901-01-01T00:00:00Z", "2901-04-01T00:00:00Z")]
    [InlineData(true, "2901-01-01T00:00:00Z", "2901-04-01T00:00:00Z")]
    public async Task A_data_protection_key_opens_what_it_protected_whatever_its_dates_and_the_next_signing_key_gets_a_new_one(
        bool withCertificate, string activation, string expiration)
    {
        var settings = withCertificate ? _certificates.Settings(_certificates.First) : Array.Empty<(string Name, string Value)>();
        await using var system = await SigningKeySystem.StartAsync(provider, settings);
        var kid = Assert.Single(await SigningKeySystem.KidsAsync(system.Server));
        await system.DateDataProtectionKeysAsync(activation, expiration);

        var restarted = await system.StartReplicaAsync(settings);
        Assert.Equal(kid, await system.SigningKidAsync(restarted));

        var next = await system.RotateAsync(signsNow: true, restarted);
        Assert.Equal(2, (await system.DataProtectionKeysAsync()).Count);
        Assert.Equal(next.KeyId, await system.SigningKidAsync(await system.StartReplicaAsync(settings)));
    }

    /// <summary>A certificate's own keys are all that may protect something new; what revokes one of them counts all the same.</summary>
    [Fact]
    public async Task A_revoked_data_protection_key_protects_no_new_signing_key()
    {
        await using var system = await SigningKeySystem.StartAsync(provider, _certificates.Settings(_certificates.First));
        var revoked = KeyIdIn(Assert.Single(await system.RowsAsync()).ProtectedKey);
        await system.AddDataProtectionRowAsync(
            $"<revocation version=\"1\"><revocationDate>2026-01-01T00:00:00Z</revocationDate><key id=\"{revoked}\" /><reason /></revocation>");

        var next = await system.RotateAsync();

        Assert.NotEqual(revoked, KeyIdIn(next.ProtectedKey));
        system.Pass(SigningKeyRefresh.Interval);
        Assert.Contains(next.KeyId, await SigningKeySystem.KidsAsync(system.Server, count: 2));
    }

    [GeneratedRegex("<masterKey[^>]*>.*?<value>(.*?)</value>", RegexOptions.Singleline)]
    private static partial Regex MasterKey { get; }

    /// <summary>The id of the data protection key, behind the first four bytes.</summary>
    private static string KeyIdIn(string protectedKey) => new Guid(Convert.FromBase64String(protectedKey).AsSpan(4, 16)).ToString();

    /// <summary>The private number of the key that signs, as it could be written.</summary>
    private static string[] SpellingsOfSigningKey(RunningService server)
    {
        var key = (ECDsaSecurityKey)server.Services.GetRequiredService<SigningKeyRing>().Current.Key;
        var number = key.ECDsa.ExportParameters(includePrivateParameters: true).D!;
        // In PKCS#8 it stands at any of three offsets of base64.
        return
        [
            Base64Url.EncodeToString(number),
            Convert.ToHexString(number),
            .. Enumerable.Range(0, 3).Select(offset => Convert.ToBase64String(number.AsSpan(offset, 27))),
            Convert.ToBase64String(key.ECDsa.ExportPkcs8PrivateKey()),
        ];
    }
}

public sealed class KeyProtectionTestsOnSqlite() : KeyProtectionTests(DatabaseProvider.Sqlite);

public sealed class KeyProtectionTestsOnPostgreSql() : KeyProtectionTests(DatabaseProvider.PostgreSql);
