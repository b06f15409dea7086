using System.Net;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Enrolment;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Servers;

/// <summary>What two of the servers publish, each read once for all checks.</summary>
internal sealed class ServerDocuments(Probe probe, RegistryClient registry, IOptions<PartnerClientOptions> options)
{
    private const int Usable = 3;

    private Task<FoundMetadata>? _metadata;
    private Task<Exchange>? _keySet;

    /// <summary>The authorization server's metadata: RFC 8414, else OpenID Connect Discovery.</summary>
    public Task<FoundMetadata> GetMetadataAsync(CancellationToken cancellationToken) => _metadata ??= ReadMetadataAsync(cancellationToken);

    /// <summary>This partner's keys at the registry.</summary>
    public Task<Exchange> GetKeySetAsync(CancellationToken cancellationToken) =>
        _keySet ??= probe.GetAsync(registry.JwksUri, token: null, cancellationToken);

    private async Task<FoundMetadata> ReadMetadataAsync(CancellationToken cancellationToken)
    {
        var issuer = options.Value.Issuer;
        var first = await probe.GetAsync(WellKnownAddress.OfAuthorizationServer(issuer), token: null, cancellationToken);
        if (Worth(first) == Usable || first.Answer.Status is null or HttpStatusCode.TooManyRequests)
        {
            return new FoundMetadata(first, Other: null);
        }

        // RFC 8414 §5, as the worker does it.
        var second = await probe.GetAsync($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", token: null, cancellationToken);
        return Worth(second) > Worth(first) ? new FoundMetadata(second, first) : new FoundMetadata(first, second);
    }

    /// <summary>How much of metadata it is: those of another issuer are still worth a sentence of their own.</summary>
    private int Worth(Exchange exchange) => exchange.Answer switch
    {
        { IsSuccess: true, Json: { } json } when json.GetOptionalString("issuer") is { } issuer => issuer == options.Value.Issuer ? Usable : Usable - 1,
        { IsSuccess: false, IsTransient: true } => 1,
        _ => 0,
    };
}

/// <summary>The metadata, or what came in their place.</summary>
/// <param name="Other">What came from the other place, where both were asked.</param>
internal sealed record FoundMetadata(Exchange Best, Exchange? Other);
