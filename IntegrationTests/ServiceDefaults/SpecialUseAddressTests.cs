using System.Net;

using B2BAssertions.ServiceDefaults.GuardedConnections;

using Xunit;

namespace B2BAssertions.IntegrationTests.ServiceDefaultsTests;

/// <summary>Each range of the registries, at its first and last address, and the addresses beside it.</summary>
public sealed class SpecialUseAddressTests
{
    /// <summary>First and last address of a range, and what its use is called.</summary>
    public static TheoryData<string, string, string> Ranges => new()
    {
        { "0.0.0.0", "0.255.255.255", "this network" },
        { "10.0.0.0", "10.255.255.255", "private" },
        { "100.64.0.0", "100.127.255.255", "shared by a carrier's customers" },
        { "127.0.0.0", "127.255.255.255", "loopback" },
        { "168.63.129.16", "168.63.129.16", "Azure's platform" },
        { "169.254.0.0", "169.254.255.255", "link-local" },
        { "172.16.0.0", "172.31.255.255", "private" },
        { "192.0.0.0", "192.0.0.255", "IETF protocols" },
        { "192.0.2.0", "192.0.2.255", "documentation" },
        { "192.31.196.0", "192.31.196.255", "AS112" },
        { "192.52.193.0", "192.52.193.255", "multicast tunnels" },
        { "192.88.99.0", "192.88.99.255", "6to4 relays" },
        { "192.168.0.0", "192.168.255.255", "private" },
        { "192.175.48.0", "192.175.48.255", "AS112" },
        { "198.18.0.0", "198.19.255.255", "benchmarking" },
        { "198.51.100.0", "198.51.100.255", "documentation" },
        { "203.0.113.0", "203.0.113.255", "documentation" },
        { "224.0.0.0", "239.255.255.255", "multicast" },
        { "240.0.0.0", "255.255.255.254", "reserved" },
        { "255.255.255.255", "255.255.255.255", "broadcast" },
        { "::", "::", "unspecified" },
        { "::1", "::1", "loopback" },
        { "::2", "::ffff:ffff", "IPv4-compatible" },
        { "::1:0:0", "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", "no global unicast address" },
        { "64:ff9b::1:0:0", "64:ff9b:0:ffff:ffff:ffff:ffff:ffff", "no global unicast address" },
        { "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "local translation to IPv4" },
        { "100::", "100::ffff:ffff:ffff:ffff", "discard" },
        { "100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff", "dummy prefix" },
        { "100:0:0:2::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "no global unicast address" },
        { "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "Teredo" },
        { "2001:1::", "2001:1:ffff:ffff:ffff:ffff:ffff:ffff", "IETF protocols" },
        { "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", "benchmarking" },
        { "2001:2:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "IETF protocols" },
        { "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "documentation" },
        { "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "6to4" },
        { "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff", "AS112" },
        { "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "documentation" },
        { "4000::", "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "no global unicast address" },
        { "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "segment routing" },
        { "6000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "no global unicast address" },
        { "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unique local" },
        { "fe00::", "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "no global unicast address" },
        { "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "link-local" },
        { "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "site-local" },
        { "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast" },
    };

    [Theory]
    [Trait("Rule", "JW-04")]
    [MemberData(nameof(Ranges))]
    public void A_range_of_the_registries_is_told_from_its_first_address_to_its_last(string first, string last, string use) =>
        Assert.All([first, last], address => Assert.StartsWith(use, SpecialUseAddress.UseOf(IPAddress.Parse(address)), StringComparison.Ordinal));

    [Theory]
    [Trait("Rule", "JW-04")]
    [InlineData("1.0.0.0", "9.255.255.255")]
    [InlineData("11.0.0.0", "100.63.255.255")]
    [InlineData("100.128.0.0", "126.255.255.255")]
    [InlineData("128.0.0.0", "168.63.129.15")]
    [InlineData("168.63.129.17", "169.253.255.255")]
    [InlineData("169.255.0.0", "172.15.255.255")]
    [InlineData("172.32.0.0", "191.255.255.255")]
    [InlineData("192.0.1.0", "192.0.1.255")]
    [InlineData("192.0.3.0", "192.31.195.255")]
    [InlineData("192.31.197.0", "192.52.192.255")]
    [InlineData("192.52.194.0", "192.88.98.255")]
    [InlineData("192.88.100.0", "192.167.255.255")]
    [InlineData("192.169.0.0", "192.175.47.255")]
    [InlineData("192.175.49.0", "198.17.255.255")]
    [InlineData("198.20.0.0", "198.51.99.255")]
    [InlineData("198.51.101.0", "203.0.112.255")]
    [InlineData("203.0.114.0", "223.255.255.255")]
    [InlineData("2000::", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:db9::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2003::", "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2620:4f:8001::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void Addresses_between_the_ranges_are_public(string first, string last) =>
        Assert.All([first, last], address => Assert.Null(SpecialUseAddress.UseOf(IPAddress.Parse(address))));

    [Theory]
    [Trait("Rule", "JW-04")]
    [InlineData("::ffff:127.0.0.1", "loopback")]
    [InlineData("::ffff:169.254.169.254", "link-local")]
    [InlineData("::ffff:10.0.0.1", "private")]
    [InlineData("::ffff:0.0.0.0", "this network")]
    [InlineData("::ffff:93.184.216.34", null)]
    [InlineData("::ffff:168.63.129.16", "Azure's platform")]
    [InlineData("64:ff9b::127.0.0.1", "loopback")]
    [InlineData("64:ff9b::169.254.169.254", "link-local")]
    [InlineData("64:ff9b::10.0.0.1", "private")]
    [InlineData("64:ff9b::255.255.255.255", "broadcast")]
    [InlineData("64:ff9b::93.184.216.34", null)]
    [InlineData("2002:5db8:d822::1", "6to4")]
    [InlineData("2001:0:5db8:d822::", "Teredo")]
    [InlineData("::93.184.216.34", "IPv4-compatible")]
    [InlineData("fe80::1%2", "link-local")]
    public void An_IPv4_address_inside_an_IPv6_address_counts(string address, string? use)
    {
        var found = SpecialUseAddress.UseOf(IPAddress.Parse(address));

        Assert.Equal(use, found?.Split(',')[0]);
    }
}
