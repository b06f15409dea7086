using System.Net;

namespace B2BAssertions.ServiceDefaults.GuardedConnections;

/// <summary>Where connections may go beside the public Internet. Each of it is the operator's own decision.</summary>
/// <param name="hosts">Exact host names, or addresses as they stand in an address: what they resolve to is the operator's responsibility.</param>
/// <param name="networks">Addresses, whichever name leads there.</param>
/// <param name="allowsHttp">Whether http is permitted to <paramref name="hosts"/>; never to any other host.</param>
/// <param name="allowsLoopback">Whether this machine itself is permitted, and http to it; for Development.</param>
public sealed class PermittedDestinations(
    IEnumerable<string> hosts,
    IEnumerable<IPNetwork> networks,
    bool allowsHttp = false,
    bool allowsLoopback = false)
{
    private readonly HashSet<string> _hosts = hosts.Select(Canonical).ToHashSet(StringComparer.Ordinal);
    private readonly IPNetwork[] _networks = [.. networks];

    public bool IsHost(string host) => _hosts.Contains(Canonical(host));

    /// <summary>Whether the address may be asked without TLS.</summary>
    public bool IsHttp(Uri address) => allowsHttp && (IsHost(address.IdnHost) || (allowsLoopback && address.IsLoopback));

    /// <summary>Why no connection may be made to the address; null when one may.</summary>
    public string? WhyNot(IPAddress address)
    {
        var reached = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if ((allowsLoopback && IPAddress.IsLoopback(reached)) || _networks.Any(network => network.Contains(reached)))
        {
            return null;
        }

        return SpecialUseAddress.UseOf(address);
    }

    /// <summary>
    /// One spelling: IPv6 addresses have many, and a name may be written with capitals, in its own script (RFC 5891) or with the root's dot.
    /// </summary>
    private static string Canonical(string host)
    {
        var name = host.TrimEnd('.');
        if (IPAddress.TryParse(name, out var address))
        {
            return address.ToString();
        }

        return Uri.TryCreate($"https://{name}", UriKind.Absolute, out var uri) ? uri.IdnHost : name;
    }
}
