namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>The settings of <c>AuthorizationServer:ClientJwks</c>: from where, and for how long, clients' keys are taken.</summary>
internal sealed class ClientJwksOptions
{
    public static readonly TimeSpan DefaultLastGoodFor = TimeSpan.FromHours(24);

    public static readonly TimeSpan LongestLastGoodFor = TimeSpan.FromDays(7);

    /// <summary>
    /// Hosts in clients' JwksUri that may have any address, and http where <c>AllowHttp</c> is on (JW-04): exact names, without a port. None by
    /// default, because whoever can change a client's JwksUri or its DNS record could have this server ask the services behind the firewall.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Networks beside the public Internet that may be connected to (JW-04), such as <c>10.1.0.0/16</c>; none by default.</summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>
    /// How long the set that was read last is used while none can be read (JW-03): 0 to 7 days, default 24 hours, which a partner's bad night
    /// does not exceed. For as long a key that its owner withdraws meanwhile goes on working. 0 turns it off.
    /// </summary>
    public TimeSpan LastGoodFor { get; set; } = DefaultLastGoodFor;
}
