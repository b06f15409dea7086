using System.Net;
using System.Net.Sockets;

namespace B2BAssertions.ServiceDefaults.Proxies;

/// <summary>A network or a single address, as a setting has it.</summary>
internal static class KnownNetwork
{
    /// <summary>That of 10.0.0.0/8 and fd00::/8. A shorter one holds more than anybody's proxies, in the end everybody.</summary>
    public const int LeastPrefix = 8;

    /// <summary>Of public IPv6: what a registry gives to a whole provider.</summary>
    public const int LeastPrefixOfPublicIPv6 = 32;

    public static IPNetwork Parse(string text) =>
        TryParse(text, out var network) ? network : throw new FormatException($"'{text}' is neither a network nor an address.");

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public static string? FaultOf(string text)
    {
        if (!TryParse(text, out var network))
        {
            return "expected a network such as 10.4.0.0/16, without bits behind its prefix, or an address such as 10.4.0.7";
        }

        // Senders are compared as IPv4, so such a network would hold nobody.
        if (network.BaseAddress.IsIPv4MappedToIPv6)
        {
            return "expected IPv4 written as such, as in 10.4.0.0/16";
        }

        var least = network.BaseAddress is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv6UniqueLocal: false } ? LeastPrefixOfPublicIPv6 : LeastPrefix;
        return network.PrefixLength < least
            ? $"expected your proxies' own network, with a prefix of {least} or longer: whoever is in it can name any sender"
            : null;
    }

    private static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var written = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(written, out var address) || !IsWrittenOut(address, written))
        {
            return false;
        }

        if (slash < 0)
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network) && network.BaseAddress.Equals(address);
    }

    /// <summary>To the parser 10.4 is 10.0.0.4, and 012 an octal number.</summary>
    private static bool IsWrittenOut(IPAddress address, string text) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.ToString() == text
        : !text.Contains('%', StringComparison.Ordinal);
}
