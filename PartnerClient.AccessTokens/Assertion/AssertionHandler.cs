using B2BAssertions.PartnerClient.AccessTokens.Token;

namespace B2BAssertions.PartnerClient.AccessTokens.Assertion;

/// <summary>
/// Fills in the form of a token request, behind every other handler: whoever sends a request again, as a retry handler does, sends another
/// assertion with it (PC-01).
/// </summary>
internal sealed class AssertionHandler(ClientAssertions assertions) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(TokenRequest.Key, out var tokenRequest))
        {
            var assertion = await assertions.CreateAsync(tokenRequest.Metadata, cancellationToken);
            tokenRequest.Kid = assertion.Kid;
            request.Content?.Dispose();
            request.Content = new FormUrlEncodedContent(tokenRequest.Parameters(assertion));
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
