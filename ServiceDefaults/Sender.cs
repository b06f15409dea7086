using System.Net;
using System.Net.Sockets;

namespace B2BAssertions.ServiceDefaults;

/// <summary>Who sent a request, as far as its address tells: what limits of requests count by.</summary>
public static class Sender
{
    private const int IPv6NetworkBytes = 8;

    /// <summary>One IPv6 sender has a network of 2^64 addresses at least, so the network counts (RFC 6177 §2).</summary>
    public static string Of(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes(), 0, IPv6NetworkBytes),
        _ => address.ToString(),
    };
}
