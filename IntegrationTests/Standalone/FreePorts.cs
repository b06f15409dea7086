using System.Globalization;
using System.Net;
using System.Net.Sockets;

using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.IntegrationTests.StandaloneTests;

/// <summary>A port for each service that nothing listened on a moment ago.</summary>
internal sealed record FreePorts(int JwksService, int AuthorizationServer, int OrdersApi, int PartnerClient)
{
    // Below the ports that systems hand out themselves: between this look and the start of a service, no outgoing connection of another
    // test can be given one of these.
    private const int Lowest = 20_000;
    private const int Highest = 31_999;

    public static FreePorts Find()
    {
        // All are held until all are found, so that no two are the same.
        using var first = TakeAny();
        using var second = TakeAny();
        using var third = TakeAny();
        using var fourth = TakeAny();
        return new FreePorts(PortOf(first), PortOf(second), PortOf(third), PortOf(fourth));
    }

    public string AddressOf(Func<FreePorts, int> service) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{service(this)}");

    /// <summary>A listener on one of them, as another program would be.</summary>
    public static Socket Take(int port) =>
        TryTake(port) ?? throw new InvalidOperationException($"Port {port} is not free any more.");

    public IEnumerable<string> AsOptions() =>
    [
        "--port", $"{ServiceNames.JwksService}={JwksService}",
        "--port", $"{ServiceNames.AuthorizationServer}={AuthorizationServer}",
        "--port", $"{ServiceNames.OrdersApi}={OrdersApi}",
        "--port", $"{ServiceNames.PartnerClient}={PartnerClient}",
    ];

    private static Socket TakeAny()
    {
        while (true)
        {
            if (TryTake(Random.Shared.Next(Lowest, Highest + 1)) is { } socket)
            {
                return socket;
            }
        }
    }

    private static Socket? TryTake(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
