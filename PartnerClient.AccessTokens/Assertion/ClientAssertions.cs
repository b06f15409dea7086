using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens.Http;
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
    private readonly Lock _gate = new();
    private volatile ClientAssertionContent? _newest;
    private Task<string>? _kidAsked;

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

    /// <summary>The key that would sign now; null when there is none, or the source does not say in time. Its callers share one question.</summary>
    public async Task<string?> FindKidAsync(CancellationToken cancellationToken)
    {
        using var limit = new RequestTimeLimit(options.Value.RequestTimeout, time, cancellationToken);
        try
        {
            return await AskForKid().WaitAsync(limit.Token);
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
            // A hardware token may block its thread, and a source may ignore that nobody waits any more: the request ends in time all the same.
            return await Task.Run(() => SignWithKeyAsync(metadata, cancellationToken), cancellationToken).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new SigningKeyUnavailableException(new TimeoutException("The source of keys did not answer in time."));
        }
        catch (Exception exception)
        {
            // A source is the application's own: whatever it throws means that there is no key.
            throw new SigningKeyUnavailableException(exception);
        }
    }

    private async Task<SignedAssertion> SignWithKeyAsync(IssuerMetadata metadata, CancellationToken cancellationToken)
    {
        var key = await keys.GetAsync(cancellationToken);
        var type = options.Value.AssertionType == AccessTokenOptions.TypeAbsent ? null : options.Value.AssertionType;
        var text = key.CreateJwt(type, options.Value.ClientId, AudienceFor(metadata), options.Value.AssertionLifetime, time);
        return new SignedAssertion(text, key.Kid, key.Public.Algorithm.Name);
    }

    private Task<string> AskForKid()
    {
        lock (_gate)
        {
            return _kidAsked is { IsCompleted: false } asked
                ? asked
                : _kidAsked = Task.Run(async () => (await keys.GetAsync(CancellationToken.None)).Kid);
        }
    }

    /// <summary>
    /// RFC 10070, FAPI 2.0 Security Profile §5.3.3.1: the issuer identifier, a string; the endpoint where a server knows no other (PC-02).
    /// </summary>
    private string AudienceFor(IssuerMetadata metadata) =>
        options.Value.AssertionAudience == AccessTokenOptions.AudienceTokenEndpoint ? metadata.TokenEndpoint : metadata.Issuer;

    private static ClientAssertionContent? Describe(SignedAssertion assertion) =>
        UnverifiedJwt.TryParse(assertion.Text, out var parts)
            ? new ClientAssertionContent(JsonObject.Create(parts.Header)!, JsonObject.Create(parts.Claims)!)
            : null;
}

/// <summary>A client assertion. Its text goes into the form of one request and nowhere else (PC-07).</summary>
internal sealed class SignedAssertion(string text, string kid, string algorithm)
{
    public string Text => text;

    public string Kid => kid;

    public string Algorithm => algorithm;
}
