using System.Net;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Enrolment;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Servers;

/// <summary>What two of the servers publish, each read once for all checks.</summary>
internal sealed class ServerDocuments(Probe probe, RegistryClient registry, IOptions<PartnerClientOptions> options)
{
    private Task<Exchange>? _metadata;
    private Task<Exchange>? _keySet;

    /// <summary>The authorization server's metadata: RFC 8414, else OpenID Connect Discovery.</summary>
    public Task<Exchange> GetMetadataAsync(CancellationToken cancellationToken) => _metadata ??= ReadMetadataAsync(cancellationToken);

    /// <summary>This partner's keys at the registry.</summary>
    public Task<Exchange> GetKeySetAsync(CancellationToken cancellationToken) =>
        _keySet ??= probe.GetAsync(registry.JwksUri, token: null, cancellationToken);

    private async Task<Exchange> ReadMetadataAsync(CancellationToken cancellationToken)
    {
        var issuer = options.Value.Issuer;
        var exchange = await probe.GetAsync(WellKnownAddress.OfAuthorizationServer(issuer), token: null, cancellationToken);
        return exchange.Answer is { Status: >= HttpStatusCode.BadRequest, IsTransient: false }
            ? await probe.GetAsync($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", token: null, cancellationToken)
            : exchange;
    }
}
