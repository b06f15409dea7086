using System.Net;
using System.Net.Sockets;

namespace B2BAssertions.ServiceDefaults;

/// <summary>Whether a port of this machine is free, for hosts that tell before they start anything.</summary>
public static class LoopbackPort
{
    /// <returns>Why a service cannot listen on the port of localhost; null when it can.</returns>
    public static SocketException? Probe(int port)
    {
        // Kestrel listens on both addresses of localhost.
        return Listen(IPAddress.Loopback, port) ?? (Socket.OSSupportsIPv6 ? Listen(IPAddress.IPv6Loopback, port) : null);
    }

    /// <summary>What is the matter and what to do, to be put behind the port.</summary>
    public static string Describe(SocketException reason) => reason.SocketErrorCode is SocketError.AddressAlreadyInUse
        ? "is taken: stop the program that uses it"
        : $"cannot be used ({reason.Message}): allow it";

    private static SocketException? Listen(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));

            // On Linux a bind alone can succeed beside a listening socket of any-address; listening cannot.
            socket.Listen(1);
            return null;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressNotAvailable)
        {
            // A machine without an IPv6 loopback address: nobody can take its port either.
            return null;
        }
        catch (SocketException exception)
        {
            return exception;
        }
    }
}
