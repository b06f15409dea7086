using System.Security.Cryptography;
using System.Text.Json;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.IntegrationTests.StandaloneTests;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.Flow;

/// <summary>
/// Services that were set up long ago, or whose clock is set back, start and serve. ASP.NET Data Protection and other libraries keep time by
/// the system's clock alone, so these are real processes with that clock moved, one time after the other on the same databases. Each provider
/// has a certificate in one of the two tests.
/// </summary>
[Collection(RunningStandalone.OneAtATime)]
public abstract class MovedClockTests(DatabaseProvider provider, bool flowHasCertificate) : IAsyncLifetime
{
    private const string ClientId = "client";
    private const string EnrolmentToken = "an-enrolment-token-that-only-this-test-knows-0123456789";

    /// <summary>Before anything has expired: the server alone shows it.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromDays(80);

    /// <summary>Data Protection's keys live 90 days, and so do signing keys by default.</summary>
    private static readonly TimeSpan[] Offsets =
        [TimeSpan.Zero, Soon, TimeSpan.FromDays(91), TimeSpan.FromDays(400), TimeSpan.FromDays(400) - TimeSpan.FromHours(2)];

    private readonly TemporaryDirectory _directory = new();
    private readonly Certificates _certificates = new();
    private readonly FreePorts _ports = FreePorts.Find();
    private readonly List<TestDatabase> _databases = [];

    public async ValueTask InitializeAsync()
    {
        for (var service = 0; service < 3; service++)
        {
            _databases.Add(await TestDatabase.CreateAsync(provider));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        _certificates.Dispose();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_partner_gets_its_orders_from_all_services_and_the_signing_keys_stored_before_still_sign()
    {
        var stored = new List<string>();
        foreach (var offset in Offsets.Where(offset => offset != Soon))
        {
            var report = await RunFlowAsync(offset, stored);
            Assert.True(report.Failure is null, $"After {offset}: {report.Failure}");
            Assert.NotEmpty(report.Orders!);
        }
    }

    /// <summary>The signing key of the first day signs all the time: nothing that is made later helps to open it.</summary>
    [Fact]
    [Trait("Rule", "AT-04")]
    public async Task An_old_signing_key_signs_on()
    {
        var address = _ports.AddressOf(ports => ports.AuthorizationServer);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var started = TimeProvider.System.GetTimestamp();
        var maker = new AssertionMaker(key, ClientId, address, time);
        (string Name, string Value)[] settings =
        [
            ("AuthorizationServer:Issuer", address),
            ("AuthorizationServer:SigningKeys:RotateEvery", "730.00:00:00"),
            ("AuthorizationServer:Apis:0:Audience", TokenEndpointFixture.Audience),
            ("AuthorizationServer:Apis:0:Scopes:0", "read"),
            ("AuthorizationServer:Clients:0:ClientId", ClientId),
            ("AuthorizationServer:Clients:0:Jwks", maker.Set()),
            ("AuthorizationServer:Clients:0:AllowedAlgorithms:0", "ES256"),
            ("AuthorizationServer:Clients:0:Scopes:0", "read"),
            .. flowHasCertificate ? [] : _certificates.Settings(_certificates.First),
        ];
        var first = time.GetUtcNow();
        string? kid = null;
        foreach (var offset in Offsets)
        {
            await using var server = await StartAsync(
                "AuthorizationServer", address, settings.ToDictionary(setting => setting.Name, setting => setting.Value), _databases[0], offset);
            time.AdjustTime(first + offset + TimeProvider.System.GetElapsedTime(started));

            var answer = await TokenEndpointFixture.PostAsync(server.Client, maker.Make());

            Assert.True(answer.Status == 200, $"After {offset}: {server.Output}");
            Assert.True(await SigningKeySystem.IsSignatureValidAsync(server.Client, answer.AccessToken!));
            Assert.Equal(kid ??= new JsonWebToken(answer.AccessToken).Kid, new JsonWebToken(answer.AccessToken).Kid);
            await server.StopAsync();
        }
    }

    /// <summary>One start of all four services, until the first flow of the client has ended.</summary>
    /// <param name="stored">Kids of the signing keys that were stored before, and then are.</param>
    private async Task<FlowReport> RunFlowAsync(TimeSpan offset, List<string> stored)
    {
        var addresses = new SystemAddresses(
            _ports.AddressOf(ports => ports.AuthorizationServer), _ports.AddressOf(ports => ports.JwksService), _ports.AddressOf(ports => ports.OrdersApi));
        var serverSettings = SystemSettings.ForAuthorizationServer(addresses);
        foreach (var (name, value) in flowHasCertificate ? _certificates.Settings(_certificates.First) : [])
        {
            serverSettings[name] = value;
        }

        var reportFile = _directory.FileNamed($"{offset.TotalHours}.json");
        var started = await Task.WhenAll(
            StartAsync("AuthorizationServer", addresses.AuthorizationServer, serverSettings, _databases[0], offset),
            StartAsync(
                "JwksService",
                addresses.JwksService,
                new(SystemSettings.ForJwksService(addresses)) { [SettingNames.JwksServiceEnrolmentToken] = EnrolmentToken },
                _databases[1],
                offset),
            StartAsync("OrdersApi", addresses.OrdersApi, SystemSettings.ForOrdersApi(addresses), _databases[2], offset));
        await using var server = started[0];
        await using var registry = started[1];
        await using var orders = started[2];
        await using var client = await StartAsync(
            "PartnerClient",
            _ports.AddressOf(ports => ports.PartnerClient),
            new(SystemSettings.ForPartnerClient(addresses))
            {
                [SettingNames.PartnerClientEnrolmentToken] = EnrolmentToken,
                [SettingNames.FlowReportFile] = reportFile,
            },
            null,
            offset);

        var text = await WaitFor.StateAsync("a flow report", () => File.Exists(reportFile) ? File.ReadAllText(reportFile) : null);
        var report = JsonSerializer.Deserialize<FlowReport>(text, FlowReport.JsonOptions)!;
        Assert.Contains(addresses.AuthorizationServer, await server.Client.GetStringAsync("/.well-known/oauth-authorization-server", Cancellation), StringComparison.Ordinal);
        var kid = (string?)report.Token?.Header?["kid"];
        Assert.True(stored.Count == 0 || stored.Contains(kid!), $"After {offset} the key {kid} signed, which is none of {string.Join(", ", stored)}.");
        stored.Clear();
        stored.AddRange(await SigningKeySystem.KidsAsync(server.Client));
        foreach (var service in new[] { client, orders, registry, server })
        {
            await service.StopAsync();
        }

        return report;
    }

    private async Task<ServiceProcess> StartAsync(
        string project, string address, Dictionary<string, string> settings, TestDatabase? database, TimeSpan offset)
    {
        foreach (var (name, value) in (await MovedClock.EnvironmentAsync(offset)).Concat(database?.Settings ?? new Dictionary<string, string>()))
        {
            settings[name] = value;
        }

        return await ServiceProcess.StartAsync(project, address, _directory.FileNamed(project), settings);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}

public sealed class MovedClockTestsOnSqlite() : MovedClockTests(DatabaseProvider.Sqlite, flowHasCertificate: false);

public sealed class MovedClockTestsOnPostgreSql() : MovedClockTests(DatabaseProvider.PostgreSql, flowHasCertificate: true);

/// <summary>
/// The system's clock of a process, moved by faketime: some libraries keep time by no other. Where the program is missing, the calling test
/// is skipped, or fails (<see cref="Demanded"/>).
/// </summary>
internal static class MovedClock
{
    private const string Program = "faketime";
    private const string Preload = "LD_PRELOAD";

    /// <summary>
    /// What a process must find in its environment. The clock that counts from the machine's start moves too: with FAKETIME_DONT_FAKE_MONOTONIC
    /// the waits of .NET take many times too long.
    /// </summary>
    /// <param name="offset">Not negative: that clock must not begin below zero.</param>
    public static async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(TimeSpan offset)
    {
        Demanded.Program(Program);
        // The program knows where its library is. As the parent of a service it would be one more process to end.
        var library = (await Tool.RunAsync(Program, Path.GetTempPath(), ["-f", "+0", "printenv", Preload])).Succeeded().Trim();
        return new Dictionary<string, string>
        {
            [Preload] = library,
            ["FAKETIME"] = FormattableString.Invariant($"+{offset.TotalSeconds:0}"),
        };
    }
}
