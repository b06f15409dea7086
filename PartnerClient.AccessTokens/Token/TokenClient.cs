using B2BAssertions.PartnerClient.AccessTokens.Assertion;
using B2BAssertions.PartnerClient.AccessTokens.Http;
using B2BAssertions.PartnerClient.AccessTokens.Issuer;
using B2BAssertions.PartnerClient.AccessTokens.Keys;

using Duende.IdentityModel.Client;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Token;

/// <summary>Asks for an access token: client credentials (RFC 6749 §4.4) with a client assertion (RFC 7523 §2.2).</summary>
internal sealed class TokenClient(
    Exchange exchange,
    IssuerMetadataSource issuer,
    ClientAssertions assertions,
    TokenAnswer answers,
    IOptions<AccessTokenOptions> options,
    AccessTokenTelemetry telemetry,
    TimeProvider time)
{
    /// <summary>Once: what fails is tried again after its back-off (PC-05) and with a fresh assertion (PC-01).</summary>
    /// <param name="stop">The application is done.</param>
    public async Task<TokenAttempt> RequestAsync(bool replacesRefused, CancellationToken stop)
    {
        using var activity = AccessTokenTelemetry.Source.StartActivity("request access token");
        activity?.SetTag(AccessTokenTelemetry.ClientIdTag, options.Value.ClientId);
        var start = time.GetTimestamp();
        var attempt = await RequestOnceAsync(replacesRefused, stop);
        activity?.SetTag(AccessTokenTelemetry.KeyIdTag, attempt.Kid);
        telemetry.TokenRequested(activity, attempt.Outcome.Failure, time.GetElapsedTime(start));
        if (attempt.Outcome.Failure is not null)
        {
            // The server may have moved its endpoint: the next try reads its metadata anew.
            issuer.Drop();
        }

        return attempt;
    }

    /// <summary>What the next request would authenticate with.</summary>
    public async Task<ClientAssertionPreview> PreviewAsync(CancellationToken stop)
    {
        using var limit = new RequestTimeLimit(options.Value.RequestTimeout, time, stop);
        try
        {
            return (await issuer.GetAsync(stop, limit.Token)).IsFailure(out var failure, out var metadata)
                ? new ClientAssertionPreview(null, null, failure)
                : new ClientAssertionPreview(await assertions.PreviewAsync(metadata, limit.Token), metadata.TokenEndpoint, null);
        }
        catch (SigningKeyUnavailableException exception)
        {
            stop.ThrowIfCancellationRequested();
            return new ClientAssertionPreview(null, null, TokenFailures.NoKey(exception.InnerException!));
        }
    }

    private async Task<TokenAttempt> RequestOnceAsync(bool replacesRefused, CancellationToken stop)
    {
        using var limit = new RequestTimeLimit(options.Value.RequestTimeout, time, stop);
        if ((await issuer.GetAsync(stop, limit.Token)).IsFailure(out var failure, out var metadata))
        {
            return new TokenAttempt(failure, Kid: null);
        }

        string? kid = null;
        using var request = CreateRequest(metadata.TokenEndpoint);
        request.Options.Set(AssertionHandler.Source, async cancelled =>
        {
            var assertion = await assertions.CreateAsync(metadata, cancelled);
            kid = assertion.Kid;
            return assertion;
        });
        var requested = Moment.Now(time);
        try
        {
            var answer = await exchange.RequestTokenAsync(request, stop, limit.Token);
            return new TokenAttempt(answers.Read(metadata, kid, answer, requested, replacesRefused), kid);
        }
        catch (SigningKeyUnavailableException exception)
        {
            stop.ThrowIfCancellationRequested();
            return new TokenAttempt(TokenFailures.NoKey(exception.InnerException!), kid);
        }
    }

    /// <summary>RFC 6749 §4.4.2, RFC 8707 §2; what is not asked for is left out. The assertion is not in it yet.</summary>
    private ClientCredentialsTokenRequest CreateRequest(string endpoint) => new()
    {
        Address = endpoint,
        ClientId = options.Value.ClientId,
        ClientCredentialStyle = ClientCredentialStyle.PostBody,
        Scope = options.Value.Scope,
        Resource = string.IsNullOrEmpty(options.Value.Resource) ? [] : [options.Value.Resource],
        Parameters = new Parameters(options.Value.TokenRequestParameters),
    };
}
