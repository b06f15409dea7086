using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Http;

/// <summary>
/// Puts the access token into the Authorization header (RFC 6750 §2.1). A 401 renews it once: the API may have refused a token that ended
/// on its way, or whose key is gone (PC-04). It did nothing then, so that a POST may be sent again as well.
/// </summary>
/// <param name="origins">Who is sent the token; any other address fails before a token is asked for.</param>
internal sealed class AccessTokenHandler(
    IAccessTokenSource tokens, IOptions<AccessTokenOptions> options, IReadOnlyList<string> origins) : DelegatingHandler
{
    /// <summary>A body of another kind is kept in memory up to this size, so that it can be sent again.</summary>
    private const int MaxBufferedBytes = 64 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RefusePlainHttp(request);
        RefuseOtherOrigins(request);
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

    /// <summary>Scheme, host and port (RFC 6454 §4), without the name and password that an address may hold.</summary>
    public static string OriginOf(Uri address) => $"{address.Scheme}://{address.Authority}";

    /// <summary>RFC 6750 §5.3: whoever reads a token on the wire can use it.</summary>
    private void RefusePlainHttp(HttpRequestMessage request)
    {
        if (request.RequestUri!.Scheme != Uri.UriSchemeHttps && !options.Value.AllowHttp)
        {
            throw new InvalidOperationException(
                $"An access token goes over https only, not to {OriginOf(request.RequestUri!)}: "
                    + $"change the address. On one machine, {nameof(AccessTokenOptions.AllowHttp)} accepts plain http.");
        }
    }

    /// <summary>
    /// RFC 6750 §5.2: a token is for its API. An absolute address wins over HttpClient's BaseAddress, so one that came with an answer, such as
    /// a next page, must not decide who gets the token.
    /// </summary>
    private void RefuseOtherOrigins(HttpRequestMessage request)
    {
        var origin = OriginOf(request.RequestUri!);
        if (!origins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException(
                $"The access token is not sent to {origin}. "
                    + (origins.Count == 0
                        ? "This client has no configured address: set BaseAddress in AddHttpClient, or name the API in AddPartnerAccessToken."
                        : $"It is for {string.Join(", ", origins)}. To send it elsewhere as well, name the API in AddPartnerAccessToken."));
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
