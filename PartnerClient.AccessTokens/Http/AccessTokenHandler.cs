using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Http;

/// <summary>
/// Puts the access token into the Authorization header (RFC 6750 §2.1). A 401 renews it once: the API may have refused a token that ended
/// on its way, or whose key is gone (PC-04). It did nothing then, so that a POST may be sent again as well.
/// </summary>
internal sealed class AccessTokenHandler(IAccessTokenSource tokens, IOptions<AccessTokenOptions> options) : DelegatingHandler
{
    /// <summary>A body of another kind is kept in memory up to this size, so that it can be sent again.</summary>
    private const int MaxBufferedBytes = 64 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RefusePlainHttp(request);
        var canSendAgain = await MakeRepeatableAsync(request.Content, cancellationToken);
        var token = await GetTokenAsync(cancellationToken);
        var (address, method) = (request.RequestUri, request.Method);
        var response = await SendAsync(request, token, cancellationToken);

        // A handler that follows redirects changes the request: then another server answered, which is shown no token and decides about none.
        var wentElsewhere = request.RequestUri != address || request.Method != method;
        if (response.StatusCode != HttpStatusCode.Unauthorized || wentElsewhere || !tokens.Invalidate(token) || !canSendAgain)
        {
            return response;
        }

        response.Dispose();
        return await SendAsync(request, await GetTokenAsync(cancellationToken), cancellationToken);
    }

    /// <summary>RFC 6750 §5.3: whoever reads a token on the wire can use it.</summary>
    private void RefusePlainHttp(HttpRequestMessage request)
    {
        if (request.RequestUri?.Scheme != Uri.UriSchemeHttps && !options.Value.AllowHttp)
        {
            throw new InvalidOperationException(
                $"An access token goes over https only, not to {request.RequestUri?.GetLeftPart(UriPartial.Path)}: "
                    + $"change the address. On one machine, {nameof(AccessTokenOptions.AllowHttp)} accepts plain http.");
        }
    }

    private static async Task<bool> MakeRepeatableAsync(HttpContent? content, CancellationToken cancellationToken)
    {
        switch (content)
        {
            case null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent:
                return true;
            case { Headers.ContentLength: <= MaxBufferedBytes }:
                await content.LoadIntoBufferAsync(MaxBufferedBytes, cancellationToken);
                return true;
            default:
                return false;
        }
    }

    private async Task<AccessToken> GetTokenAsync(CancellationToken cancellationToken) =>
        (await tokens.GetAsync(cancellationToken)).TryGetToken(out var token, out var failure)
            ? token
            : throw new AccessTokenUnavailableException(failure);

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue(token.TokenType, token.Value);
        return base.SendAsync(request, cancellationToken);
    }
}
