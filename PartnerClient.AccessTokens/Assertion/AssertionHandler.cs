using B2BAssertions.OutgoingHttp;

using Duende.IdentityModel;

namespace B2BAssertions.PartnerClient.AccessTokens.Assertion;

/// <summary>
/// Adds the assertion to the form of a token request, behind every other handler: whoever sends a request again, as a retry handler does,
/// sends another assertion with it (PC-01). Duende's ClientAssertionFactory runs once for a request, before all handlers.
/// </summary>
internal sealed class AssertionHandler : DelegatingHandler
{
    /// <summary>On a token request: makes the assertion of one attempt.</summary>
    public static readonly HttpRequestOptionsKey<Func<CancellationToken, Task<SignedAssertion>>> Source =
        new("B2BAssertions.PartnerClient.AccessTokens.Assertion");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(Source, out var createAsync))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        try
        {
            return await SendOnceAsync(request, createAsync, cancellationToken);
        }
        catch (HttpRequestException exception) when (WasClosedBefore(request, exception))
        {
            return await SendOnceAsync(request, createAsync, cancellationToken);
        }
    }

    /// <summary>
    /// Whether the server had closed a connection that was kept alive, and answered nothing (RFC 9112 §9.3.1, §9.5): then the request may be
    /// sent once more, on another one. The platform itself does so with a GET alone.
    /// </summary>
    private static bool WasClosedBefore(HttpRequestMessage request, HttpRequestException exception) =>
        !request.Options.TryGetValue(OutgoingHandler.HasNewConnection, out _)
        && (exception.HttpRequestError == HttpRequestError.ResponseEnded || exception.InnerException is IOException and not HttpIOException);

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpRequestMessage request, Func<CancellationToken, Task<SignedAssertion>> createAsync, CancellationToken cancellationToken)
    {
        var form = request.Content!;
        request.Content = await AddAsync(await createAsync(cancellationToken), form, cancellationToken);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            // The next attempt starts from the form alone, and the handlers in front never see an assertion (PC-07).
            request.Content = form;
        }
    }

    /// <summary>RFC 7521 §4.2, RFC 7523 §2.2.</summary>
    private static async Task<HttpContent> AddAsync(SignedAssertion assertion, HttpContent form, CancellationToken cancellationToken)
    {
        using var parameters = new FormUrlEncodedContent(
        [
            new(OidcConstants.TokenRequest.ClientAssertionType, OidcConstants.ClientAssertionTypes.JwtBearer),
            new(OidcConstants.TokenRequest.ClientAssertion, assertion.Text),
        ]);
        return new StringContent(
            $"{await parameters.ReadAsStringAsync(cancellationToken)}&{await form.ReadAsStringAsync(cancellationToken)}",
            parameters.Headers.ContentType!);
    }
}
