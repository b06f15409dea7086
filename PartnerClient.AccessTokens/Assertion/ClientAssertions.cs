using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens.Issuer;
using B2BAssertions.PartnerClient.AccessTokens.Keys;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Assertion;

/// <summary>Makes client assertions (RFC 7523 §2.2) and remembers what the newest one said, without its signature.</summary>
internal sealed class ClientAssertions(
    ISigningKeySource keys,
    IOptions<AccessTokenOptions> options,
    AccessTokenTelemetry telemetry,
    TimeProvider time)
{
    private volatile ClientAssertionContent? _newest;

    public ClientAssertionContent? Newest => _newest;

    /// <summary>Another one with each call (PC-01).</summary>
    /// <exception cref="SigningKeyUnavailableException">The source of keys gives none, or the key does not sign.</exception>
    public async Task<SignedAssertion> CreateAsync(IssuerMetadata metadata, CancellationToken cancellationToken)
    {
        using var activity = AccessTokenTelemetry.Source.StartActivity("create assertion");
        var assertion = await SignAsync(metadata, cancellationToken);
        activity?.SetTag(AccessTokenTelemetry.ClientIdTag, options.Value.ClientId);
        activity?.SetTag(AccessTokenTelemetry.KeyIdTag, assertion.Kid);
        activity?.SetTag(AccessTokenTelemetry.AlgorithmTag, assertion.Algorithm);
        telemetry.AssertionCreated(assertion.Algorithm);
        _newest = Describe(assertion);
        return assertion;
    }

    public async Task<ClientAssertionContent?> PreviewAsync(IssuerMetadata metadata, CancellationToken cancellationToken) =>
        Describe(await SignAsync(metadata, cancellationToken));

    /// <summary>The key that would sign now; null when there is none.</summary>
    public async Task<string?> FindKidAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await keys.GetAsync(cancellationToken)).Kid;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Told by the request that needs it.
            return null;
        }
    }

    private async Task<SignedAssertion> SignAsync(IssuerMetadata metadata, CancellationToken cancellationToken)
    {
        try
        {
            var key = await keys.GetAsync(cancellationToken);
            var type = options.Value.AssertionType == AccessTokenOptions.TypeAbsent ? null : options.Value.AssertionType;
            var text = key.CreateJwt(type, options.Value.ClientId, AudienceFor(metadata), options.Value.AssertionLifetime, time);
            return new SignedAssertion(text, key.Kid, key.Public.Algorithm.Name);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A source is the application's own: whatever it throws means that there is no key.
            throw new SigningKeyUnavailableException(exception);
        }
    }

    /// <summary>FAPI 2.0 Security Profile §5.3.3.1: the issuer identifier, a string; the endpoint where a server knows no other (PC-02).</summary>
    private string AudienceFor(IssuerMetadata metadata) =>
        options.Value.AssertionAudience == AccessTokenOptions.AudienceTokenEndpoint ? metadata.TokenEndpoint : metadata.Issuer;

    private static ClientAssertionContent? Describe(SignedAssertion assertion) =>
        UnverifiedJwt.TryParse(assertion.Text, out var parts)
            ? new ClientAssertionContent(JsonObject.Create(parts.Header)!, JsonObject.Create(parts.Claims)!)
            : null;
}
