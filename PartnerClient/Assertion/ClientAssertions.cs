using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.KeyPair;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Assertion;

/// <summary>Makes client assertions (RFC 7523 §2.2) and remembers what the newest one said, without its signature.</summary>
internal sealed class ClientAssertions(
    PartnerJwt jwt,
    PartnerKeySource keys,
    IOptions<PartnerClientOptions> options,
    PartnerClientMetrics metrics)
{
    private volatile AssertionReport? _newest;

    public AssertionReport? Newest => _newest;

    public string Create(string audience)
    {
        using var activity = Instruments.Source.StartActivity("create assertion");
        activity?.SetTag(Instruments.ClientIdTag, options.Value.ClientId);
        activity?.SetTag(Instruments.KeyIdTag, keys.Key.Kid);
        activity?.SetTag(Instruments.AlgorithmTag, keys.Key.Public.Algorithm.Name);

        var assertion = jwt.Create(ClientAssertionType.Name, audience, options.Value.AssertionLifetime);
        _newest = Describe(assertion);
        metrics.AssertionCreated(keys.Key.Public.Algorithm.Name);
        return assertion;
    }

    private static AssertionReport? Describe(string assertion) =>
        UnverifiedJwt.TryParse(assertion, out var parts)
            ? new AssertionReport(JsonObject.Create(parts.Header)!, JsonObject.Create(parts.Claims)!)
            : null;
}
