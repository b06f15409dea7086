using System.Net;
using System.Net.Sockets;

namespace B2BAssertions.Standalone.Processes;

/// <summary>A taken port is told before anything starts.</summary>
internal static class PortCheck
{
    /// <exception cref="StandaloneException">A port cannot be listened on.</exception>
    public static void EnsureFree(IEnumerable<ServicePlan> plans)
    {
        foreach (var plan in plans)
        {
            // Kestrel listens on both addresses of localhost.
            Listen(plan, IPAddress.Loopback);
            if (Socket.OSSupportsIPv6)
            {
                Listen(plan, IPAddress.IPv6Loopback);
            }
        }
    }

    private static void Listen(ServicePlan plan, IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, plan.Port));

            // On Linux a bind alone can succeed beside a listening socket of any-address; listening cannot.
            socket.Listen(1);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressNotAvailable)
        {
            // A machine without an IPv6 loopback address: nobody can take its port either.
        }
        catch (SocketException exception)
        {
            var what = exception.SocketErrorCode is SocketError.AddressAlreadyInUse
                ? "is taken: stop the program that uses it"
                : $"cannot be used ({exception.Message}): allow it";
            throw new StandaloneException(
                $"Port {plan.Port} ({plan.Name}) {what}, or name another port with --port {plan.Name}=NUMBER.",
                exception);
        }
    }
}
