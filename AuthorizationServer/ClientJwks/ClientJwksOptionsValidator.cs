using System.Net;

using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>What is wrong with the settings of the fetch, and with addresses that it would refuse whatever the network says.</summary>
internal sealed class ClientJwksOptionsValidator(IConfiguration configuration, IHostEnvironment environment)
    : IValidateOptions<AuthorizationServerOptions>
{
    private const string Section = $"{AuthorizationServerOptions.Section}:{nameof(AuthorizationServerOptions.ClientJwks)}";

    public ValidateOptionsResult Validate(string? name, AuthorizationServerOptions options)
    {
        var failures = Settings(options.ClientJwks).ToList();
        if (failures.Count == 0)
        {
            failures.AddRange(options.Clients.SelectMany((client, index) =>
                JwksUri($"{AuthorizationServerOptions.Section}:Clients:{index}:JwksUri", client, options.ClientJwks)));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Settings(ClientJwksOptions options)
    {
        foreach (var (host, index) in options.AllowedHosts.Select((host, index) => (host, index)))
        {
            if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            {
                yield return $"{Section}:AllowedHosts:{index} is '{host}': expected a host name or an address, without scheme, port or wildcard.";
            }
        }

        foreach (var (network, index) in options.AllowedNetworks.Select((network, index) => (network, index)))
        {
            if (!IsNetwork(network))
            {
                yield return $"{Section}:AllowedNetworks:{index} is '{network}': expected the first address of a network and its length, "
                    + "such as 10.1.0.0/16.";
            }
        }

        if (options.LastGoodFor < TimeSpan.Zero || options.LastGoodFor > ClientJwksOptions.LongestLastGoodFor)
        {
            yield return $"{Section}:LastGoodFor is {options.LastGoodFor}: expected 00:00:00 (off) to 7.00:00:00.";
        }
    }

    /// <summary>An address with a length, such as 10.0.0.7/8, would permit more than was meant.</summary>
    private static bool IsNetwork(string text) =>
        IPNetwork.TryParse(text, out var network) && IPAddress.Parse(text.Split('/')[0]).Equals(network.BaseAddress);

    /// <summary>JW-04, as far as the settings alone tell. Whether they are addresses at all is checked elsewhere.</summary>
    private IEnumerable<string> JwksUri(string setting, ClientOptions client, ClientJwksOptions options)
    {
        if (HttpAddress.Validate(setting, client.JwksUri, configuration) is not null)
        {
            yield break;
        }

        var permitted = ClientJwksServices.PermittedDestinations(options, configuration, environment);
        var address = new Uri(client.JwksUri);
        if (address.Scheme != Uri.UriSchemeHttps && !permitted.IsHttp(address))
        {
            yield return $"{setting} is '{client.JwksUri}': expected https, or '{address.IdnHost}' in {Section}:AllowedHosts.";
        }
        else if (IPAddress.TryParse(address.IdnHost, out var literal)
            && !permitted.IsHost(address.IdnHost)
            && permitted.WhyNot(literal) is { } use)
        {
            yield return $"{setting} is '{client.JwksUri}', an address for another use ({use}): expected a public one, "
                + $"or '{address.IdnHost}' in {Section}:AllowedHosts, or its network in {Section}:AllowedNetworks.";
        }
    }
}
