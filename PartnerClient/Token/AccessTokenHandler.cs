using System.Net;
using System.Net.Http.Headers;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.PartnerClient.Token;

/// <summary>
/// Puts the access token into the Authorization header (RFC 6750 §2.1). A 401 renews it once: the API may have refused a token that ended
/// on its way, or whose key is gone. For requests without a body alone, which can be sent again as they are.
/// </summary>
internal sealed class AccessTokenHandler(AccessTokenSource tokens) : DelegatingHandler
{
    /// <summary>Why there is no token, for the caller of a request that was never sent or not sent again.</summary>
    public static readonly HttpRequestOptionsKey<FlowFailure> Failure = new("B2BAssertions.PartnerClient.TokenFailure");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if ((await tokens.GetAsync(cancellationToken)).IsFailure(out var failure, out var token))
        {
            return Unsent(request, failure);
        }

        var response = await SendAsync(request, token, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        response.Dispose();
        tokens.Invalidate(token);
        return (await tokens.GetAsync(cancellationToken)).IsFailure(out failure, out token)
            ? Unsent(request, failure)
            : await SendAsync(request, token, cancellationToken);
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue(BearerToken.Scheme, token.Value);
        return base.SendAsync(request, cancellationToken);
    }

    private static HttpResponseMessage Unsent(HttpRequestMessage request, FlowFailure failure)
    {
        request.Options.Set(Failure, failure);
        return new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = request };
    }
}
