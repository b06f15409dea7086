using System.Security.Cryptography;
using System.Text.Json;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.IntegrationTests.StandaloneTests;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.ServiceDefaults;

using Microsoft.Data.Sqlite;

using Xunit;

namespace B2BAssertions.IntegrationTests.ProxyTests;

/// <summary>
/// The system as it stands in a data centre: every address is https and the proxy's, behind it plain http, and two replicas of the
/// authorization server. Processes, so that they trust the proxy's certificate as they would in production; <c>AllowHttp</c> is off.
/// </summary>
public sealed class EdgeTestsOnPostgreSql : IAsyncLifetime
{
    private const string Client = "client-at-the-edge";
    private const string EnrolmentToken = "an-enrolment-token-that-only-this-test-knows-0123456789";

    private readonly TemporaryDirectory _directory = new();
    private readonly List<ServiceProcess> _services = [];
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly FreePorts _ports = FreePorts.Find();
    private TestDatabase _database = null!;
    private EdgeProxy _edge = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string FirstServer => _ports.AddressOf(ports => ports.AuthorizationServer);

    private string SecondServer => _ports.AddressOf(ports => ports.PartnerClient);

    private string CertificateFolder => _directory.FileNamed("certificates");

    private string ReportFile => _directory.FileNamed("flow-report.json");

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        _edge = await EdgeProxy.StartAsync(3);
        Directory.CreateDirectory(CertificateFolder);
        await File.WriteAllTextAsync(Path.Combine(CertificateFolder, "edge.pem"), _edge.Certificate.ExportCertificatePem(), Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        await _edge.DisposeAsync();
        await _database.DisposeAsync();
        _directory.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task A_partner_reads_its_orders_through_a_proxy_that_ends_TLS_in_front_of_two_replicas()
    {
        var addresses = new SystemAddresses(_edge.Addresses[0], _edge.Addresses[1], _edge.Addresses[2]);
        var maker = new AssertionMaker(_key, Client, addresses.AuthorizationServer, TimeProvider.System);
        await StartServicesAsync(addresses, maker);

        var report = await WaitFor.StateAsync("a flow report", () => File.Exists(ReportFile)
            ? JsonSerializer.Deserialize<FlowReport>(File.ReadAllText(ReportFile), FlowReport.JsonOptions)
            : null);

        Assert.Null(report.Failure);
        Assert.NotEmpty(report.Orders!);
        Assert.Equal(["127.0.0.1"], AddressesInAuditTrail());
        using var edge = _edge.CreateClient(addresses.AuthorizationServer);
        var assertion = maker.Make();
        Assert.Equal(200, (await TokenEndpointFixture.PostAsync(edge, assertion)).Status);
        Assert.Equal(401, (await TokenEndpointFixture.PostAsync(edge, assertion)).Status);
        Assert.NotEqual(0, _edge.RequestsTo(FirstServer));
        Assert.NotEqual(0, _edge.RequestsTo(SecondServer));

        // Past the proxy there is no TLS, and whoever is not the proxy cannot say that there is.
        using var direct = new HttpClient { BaseAddress = new Uri(FirstServer) };
        var refused = await TokenEndpointFixture.PostAsync(
            direct, TokenEndpointFixture.Form(maker.Make()), request => request.Headers.Add("X-Forwarded-Proto", "https"));
        Assert.Equal((400, "invalid_request"), (refused.Status, refused.Error));
        Assert.StartsWith("This server only accepts HTTPS requests", refused.Text("error_description"), StringComparison.Ordinal);
    }

    private async Task StartServicesAsync(SystemAddresses addresses, AssertionMaker maker)
    {
        var (registry, orders) = (_ports.AddressOf(ports => ports.JwksService), _ports.AddressOf(ports => ports.OrdersApi));
        _edge.Forward(addresses.AuthorizationServer, FirstServer, SecondServer);
        _edge.Forward(addresses.JwksService, registry);
        _edge.Forward(addresses.OrdersApi, orders);
        var server = new Dictionary<string, string>(SystemSettings.ForAuthorizationServer(addresses).Concat(_database.Settings))
        {
            ["AuthorizationServer:Clients:1:ClientId"] = Client,
            ["AuthorizationServer:Clients:1:Jwks"] = maker.Set(),
            ["AuthorizationServer:Clients:1:AllowedAlgorithms:0"] = "ES256",
            ["AuthorizationServer:Clients:1:Scopes:0"] = SystemSettings.ReadScope,
        };
        await Task.WhenAll(
            StartAsync("AuthorizationServer", FirstServer, server),
            StartAsync("AuthorizationServer", SecondServer, server),
            StartAsync("JwksService", registry, new(SystemSettings.ForJwksService(addresses))
            {
                [SettingNames.JwksServiceEnrolmentToken] = EnrolmentToken,
            }),
            StartAsync("OrdersApi", orders, SystemSettings.ForOrdersApi(addresses)));
        await StartAsync("PartnerClient", FreePorts.Find().AddressOf(ports => ports.PartnerClient), new(SystemSettings.ForPartnerClient(addresses))
        {
            [SettingNames.PartnerClientEnrolmentToken] = EnrolmentToken,
            [SettingNames.FlowReportFile] = ReportFile,
        });
    }

    private async Task StartAsync(string project, string address, Dictionary<string, string> settings)
    {
        settings = new(settings)
        {
            [SettingNames.AllowHttp] = "false",
            ["ForwardedHeaders:KnownNetworks:0"] = EdgeProxy.OwnAddress,
            // As the Helm chart has it: a company's own roots beside the system's.
            ["SSL_CERT_DIR"] = $"/etc/ssl/certs:{CertificateFolder}",
        };
        var service = await ServiceProcess.StartAsync(project, address, _directory.FileNamed($"{project}-{new Uri(address).Port}"), settings);
        lock (_services)
        {
            _services.Add(service);
        }
    }

    /// <summary>Of the partner's own changes.</summary>
    private List<string> AddressesInAuditTrail()
    {
        var folder = Assert.Single(Directory.GetDirectories(_directory.Path, "JwksService-*"));
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "database.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        connection.Open();
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT DISTINCT \"Address\" FROM \"AuditRecords\" WHERE \"KeyId\" IS NOT NULL";
        using var rows = query.ExecuteReader();
        var addresses = new List<string>();
        while (rows.Read())
        {
            addresses.Add(rows.GetString(0));
        }

        return addresses;
    }
}
