using System.Net;
using System.Net.Sockets;

namespace B2BAssertions.ServiceDefaults.GuardedConnections;

/// <summary>
/// Which addresses no server of the Internet has: the IANA registries of special-purpose IPv4 and IPv6 addresses (RFC 6890), multicast, and
/// what is reserved; and the one address for a cloud's own services that is in none of them (others', such as 169.254.169.254,
/// 100.100.100.200, 192.0.0.192 or fd00:ec2::254, are). Where the registries call an anycast service globally reachable, it is refused all the same: no web server is there.
/// </summary>
public static class SpecialUseAddress
{
    private const int NatPrefixBytes = 12;

    private static readonly (IPNetwork Network, string Use)[] IPv4 =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "this network, RFC 791"),
        (IPNetwork.Parse("10.0.0.0/8"), "private, RFC 1918"),
        (IPNetwork.Parse("100.64.0.0/10"), "shared by a carrier's customers, RFC 6598"),
        (IPNetwork.Parse("127.0.0.0/8"), "loopback, RFC 1122"),
        // A cloud's metadata service, with its credentials, is at 169.254.169.254.
        (IPNetwork.Parse("169.254.0.0/16"), "link-local, RFC 3927"),
        // learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16: public by its number, the machine's host by its route.
        (IPNetwork.Parse("168.63.129.16/32"), "Azure's platform, learn.microsoft.com"),
        (IPNetwork.Parse("172.16.0.0/12"), "private, RFC 1918"),
        (IPNetwork.Parse("192.0.0.0/24"), "IETF protocols, RFC 6890"),
        (IPNetwork.Parse("192.0.2.0/24"), "documentation, RFC 5737"),
        (IPNetwork.Parse("192.31.196.0/24"), "AS112, RFC 7535"),
        (IPNetwork.Parse("192.52.193.0/24"), "multicast tunnels, RFC 7450"),
        (IPNetwork.Parse("192.88.99.0/24"), "6to4 relays, RFC 7526"),
        (IPNetwork.Parse("192.168.0.0/16"), "private, RFC 1918"),
        (IPNetwork.Parse("192.175.48.0/24"), "AS112, RFC 7534"),
        (IPNetwork.Parse("198.18.0.0/15"), "benchmarking, RFC 2544"),
        (IPNetwork.Parse("198.51.100.0/24"), "documentation, RFC 5737"),
        (IPNetwork.Parse("203.0.113.0/24"), "documentation, RFC 5737"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast, RFC 5771"),
        (IPNetwork.Parse("255.255.255.255/32"), "broadcast, RFC 8190"),
        (IPNetwork.Parse("240.0.0.0/4"), "reserved, RFC 1112"),
    ];

    private static readonly (IPNetwork Network, string Use)[] IPv6 =
    [
        (IPNetwork.Parse("::/128"), "unspecified, RFC 4291"),
        (IPNetwork.Parse("::1/128"), "loopback, RFC 4291"),
        (IPNetwork.Parse("::/96"), "IPv4-compatible, RFC 4291"),
        (IPNetwork.Parse("64:ff9b:1::/48"), "local translation to IPv4, RFC 8215"),
        (IPNetwork.Parse("100::/64"), "discard, RFC 6666"),
        (IPNetwork.Parse("100:0:0:1::/64"), "dummy prefix, RFC 9780"),
        // Tunnels that end at an IPv4 address inside the address; nobody publishes keys behind one.
        (IPNetwork.Parse("2001::/32"), "Teredo, RFC 4380"),
        (IPNetwork.Parse("2002::/16"), "6to4, RFC 3056"),
        (IPNetwork.Parse("2001:2::/48"), "benchmarking, RFC 5180"),
        (IPNetwork.Parse("2001::/23"), "IETF protocols, RFC 2928"),
        (IPNetwork.Parse("2001:db8::/32"), "documentation, RFC 3849"),
        (IPNetwork.Parse("2620:4f:8000::/48"), "AS112, RFC 7534"),
        (IPNetwork.Parse("3fff::/20"), "documentation, RFC 9637"),
        (IPNetwork.Parse("5f00::/16"), "segment routing, RFC 9602"),
        (IPNetwork.Parse("fc00::/7"), "unique local, RFC 4193"),
        (IPNetwork.Parse("fe80::/10"), "link-local, RFC 4291"),
        (IPNetwork.Parse("fec0::/10"), "site-local, RFC 3879"),
        (IPNetwork.Parse("ff00::/8"), "multicast, RFC 4291"),
    ];

    /// <summary>IPv4 through a translator; where it leads is the address in the last four bytes (RFC 6052).</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>The only IPv6 addresses given out so far (RFC 4291 §2.4, IANA's registry of the IPv6 address space).</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>The special use of the address; null for one that a server of the Internet may have.</summary>
    public static string? UseOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            // A socket connects to the IPv4 address inside.
            return UseOf(address.MapToIPv4());
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return Find(IPv4, address);
        }

        return Nat64.Contains(address)
            ? UseOf(new IPAddress(address.GetAddressBytes().AsSpan(NatPrefixBytes)))
            : Find(IPv6, address) ?? (GlobalUnicast.Contains(address) ? null : "no global unicast address, RFC 4291");
    }

    private static string? Find((IPNetwork Network, string Use)[] uses, IPAddress address)
    {
        foreach (var (network, use) in uses)
        {
            if (network.Contains(address))
            {
                return use;
            }
        }

        return null;
    }
}
