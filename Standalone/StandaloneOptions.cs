using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.Standalone;

/// <param name="DataDirectory">Absolute path of the folder for databases, keys and logs.</param>
/// <param name="Once">Whether to end after one whole flow.</param>
/// <param name="Json">Whether the flow is written as one JSON object, and nothing else.</param>
/// <param name="Timeout">How long <paramref name="Once"/> may take.</param>
internal sealed record StandaloneOptions(string DataDirectory, bool Once, bool Json, TimeSpan Timeout, ServicePorts Ports);

/// <summary>The port of each service on the loopback addresses.</summary>
internal sealed record ServicePorts(int JwksService, int AuthorizationServer, int OrdersApi, int PartnerClient)
{
    /// <summary>The client has no address in <see cref="SystemAddresses"/>: nothing but its health is asked of it.</summary>
    private const int DefaultPartnerClientPort = 5003;

    public static ServicePorts Default { get; } = new(
        PortOf(SystemAddresses.Default.JwksService),
        PortOf(SystemAddresses.Default.AuthorizationServer),
        PortOf(SystemAddresses.Default.OrdersApi),
        DefaultPartnerClientPort);

    public IReadOnlyList<int> All => [JwksService, AuthorizationServer, OrdersApi, PartnerClient];

    /// <summary>These ports with one changed; null when there is no service of that name.</summary>
    public ServicePorts? With(string serviceName, int port) => serviceName switch
    {
        ServiceNames.JwksService => this with { JwksService = port },
        ServiceNames.AuthorizationServer => this with { AuthorizationServer = port },
        ServiceNames.OrdersApi => this with { OrdersApi = port },
        ServiceNames.PartnerClient => this with { PartnerClient = port },
        _ => null,
    };

    private static int PortOf(string address) => new Uri(address).Port;
}
