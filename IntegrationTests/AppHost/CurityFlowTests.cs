using System.Net;
using System.Net.Sockets;
using System.Text.Json;

using B2BAssertions.AppHost.Curity.Configuration;
using B2BAssertions.IntegrationTests.Conventions;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.AppHost;

/// <summary>The whole flow with a real Curity Identity Server in the place of the embedded one.</summary>
public sealed class CurityFlowTests
{
    private const string EnrolmentToken = "an-enrolment-token-that-only-this-test-knows-0123456789";

    [Fact]
    public async Task The_partner_gets_its_orders_with_a_token_of_Curity()
    {
        var license = CurityServer.LicenseOrSkip();
        using var directory = new TemporaryDirectory();
        using var registry = new ReservedAddress();
        using var orders = new ReservedAddress();
        using var client = new ReservedAddress();
        var port = FreePort();
        var server = $"http://127.0.0.1:{port}";
        var addresses = new SystemAddresses(server + CurityContainer.IssuerPath, registry.Address, orders.Address);
        var customs = IssuerCustoms.Curity(server + CurityContainer.TokenPath);
        var report = directory.FileNamed("flow-report.json");

        await using var jwksService = await RunningService.StartAsync(
            JwksService.Program.Build,
            registry,
            directory.FileNamed("registry"),
            new Dictionary<string, string>(SystemSettings.ForJwksService(addresses, customs)) { [SettingNames.JwksServiceEnrolmentToken] = EnrolmentToken });
        await using var curity = await CurityServer.StartAsync(
            license, port, addresses, Path.Combine(Repository.Folder, CurityContainer.ConfigurationSource));
        await using var ordersApi = await RunningService.StartAsync(
            OrdersApi.Program.Build, orders, directory.FileNamed("orders"), SystemSettings.ForOrdersApi(addresses, customs));
        await using var partner = await RunningService.StartAsync(
            PartnerClient.Program.Build,
            client,
            directory.FileNamed("partner"),
            new Dictionary<string, string>(SystemSettings.ForPartnerClient(addresses, customs))
            {
                [SettingNames.PartnerClientEnrolmentToken] = EnrolmentToken,
                [SettingNames.FlowReportFile] = report,
            });

        var flow = await WaitFor.StateAsync("a flow report", () => File.Exists(report)
            ? JsonSerializer.Deserialize<FlowReport>(File.ReadAllText(report), FlowReport.JsonOptions)
            : null);

        Assert.Null(flow.Failure);
        Assert.Equal(SystemSettings.ReadScope, flow.Token!.Scope);
        Assert.NotEmpty(flow.Orders!);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
