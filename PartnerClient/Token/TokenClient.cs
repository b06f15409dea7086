using B2BAssertions.PartnerClient.Assertion;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;

using Duende.IdentityModel;
using Duende.IdentityModel.Client;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Token;

/// <summary>Asks for an access token: client credentials (RFC 6749 §4.4) with a client assertion (RFC 7523 §2.2).</summary>
internal sealed class TokenClient(
    HttpClient http,
    Requests requests,
    IssuerMetadataSource issuer,
    ClientAssertions assertions,
    TokenAnswer answers,
    IOptions<PartnerClientOptions> options,
    TimeProvider time)
{
    public async Task<Outcome<AccessToken>> RequestAsync(CancellationToken cancellationToken)
    {
        // Once: what fails is tried again by the next flow, after its back-off (PC-05) and with a fresh assertion (PC-01).
        var outcome = await RequestOnceAsync(cancellationToken);
        if (outcome.Failure is not null)
        {
            // The server may have moved its endpoint: the next try reads its metadata anew.
            issuer.Drop();
        }

        return outcome;
    }

    private async Task<Outcome<AccessToken>> RequestOnceAsync(CancellationToken cancellationToken)
    {
        if ((await issuer.GetAsync(cancellationToken)).IsFailure(out var failure, out var metadata))
        {
            return failure;
        }

        var requestedAt = time.GetUtcNow();
        using var limit = requests.StartTimeLimit(cancellationToken);
        try
        {
            using var request = CreateRequest(metadata);
            using var response = await http.RequestClientCredentialsTokenAsync(request, limit.Token);
            return response is { HttpResponse: null, Exception: { } exception }
                ? NoAnswer(metadata, exception, cancellationToken)
                : answers.Read(metadata, requestedAt, response.HttpStatusCode, response.HttpResponse?.Headers.RetryAfter?.Delta, response.Raw ?? "");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return NoAnswer(metadata, exception, cancellationToken);
        }
    }

    private ClientCredentialsTokenRequest CreateRequest(IssuerMetadata metadata) => new()
    {
        Address = metadata.TokenEndpoint,
        ClientId = options.Value.ClientId,
        ClientCredentialStyle = ClientCredentialStyle.PostBody,
        Scope = options.Value.Scope,

        // A factory, never a fixed assertion: whoever sends again sends another one (PC-01).
        ClientAssertionFactory = () => Task.FromResult(new ClientAssertion
        {
            Type = OidcConstants.ClientAssertionTypes.JwtBearer,
            Value = assertions.Create(AudienceFor(metadata)),
        }),
    };

    /// <summary>FAPI 2.0 Security Profile §5.3.2.1: the issuer identifier, a string; the endpoint where a server knows no other.</summary>
    private string AudienceFor(IssuerMetadata metadata) =>
        options.Value.AssertionAudience == PartnerClientOptions.AudienceTokenEndpoint ? metadata.TokenEndpoint : metadata.Issuer;

    private static FlowFailure NoAnswer(IssuerMetadata metadata, Exception exception, CancellationToken cancellationToken) =>
        Requests.DescribeFailure(exception, cancellationToken) is { } why
            ? FlowFailures.Unavailable(FlowSteps.Token, metadata.TokenEndpoint, TokenFailures.IssuerSetting, Answer.None(why))
            : throw new InvalidOperationException("The token request failed in a way that is none of the network's.", exception);
}
