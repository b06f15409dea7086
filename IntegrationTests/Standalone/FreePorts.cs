using System.Net;
using System.Net.Sockets;

using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.IntegrationTests.StandaloneTests;

/// <summary>A port for each service that nothing listened on a moment ago.</summary>
internal sealed record FreePorts(int JwksService, int AuthorizationServer, int OrdersApi, int PartnerClient)
{
    public static FreePorts Find()
    {
        // All are held until all are found, so that no two are the same.
        using var first = Listen();
        using var second = Listen();
        using var third = Listen();
        using var fourth = Listen();
        return new FreePorts(PortOf(first), PortOf(second), PortOf(third), PortOf(fourth));
    }

    /// <summary>A listener on one of them, as another program would be.</summary>
    public static Socket Take(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }

    public IEnumerable<string> AsOptions() =>
    [
        "--port", $"{ServiceNames.JwksService}={JwksService}",
        "--port", $"{ServiceNames.AuthorizationServer}={AuthorizationServer}",
        "--port", $"{ServiceNames.OrdersApi}={OrdersApi}",
        "--port", $"{ServiceNames.PartnerClient}={PartnerClient}",
    ];

    private static Socket Listen() => Take(0);

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
