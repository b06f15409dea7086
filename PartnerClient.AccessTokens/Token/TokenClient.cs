using B2BAssertions.PartnerClient.AccessTokens.Assertion;
using B2BAssertions.PartnerClient.AccessTokens.Http;
using B2BAssertions.PartnerClient.AccessTokens.Issuer;
using B2BAssertions.PartnerClient.AccessTokens.Keys;

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

        var request = new TokenRequest(options.Value, metadata);
        var message = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        message.Options.Set(TokenRequest.Key, request);
        var requested = Moment.Now(time);
        try
        {
            var answer = await exchange.SendAsync(message, stop, limit.Token);
            return new TokenAttempt(answers.Read(request, answer, requested, replacesRefused), request.Kid);
        }
        catch (SigningKeyUnavailableException exception)
        {
            stop.ThrowIfCancellationRequested();
            return new TokenAttempt(TokenFailures.NoKey(exception.InnerException!), request.Kid);
        }
    }
}
