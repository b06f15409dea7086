using System.Net;

using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Duende.IdentityModel;
using Duende.IdentityModel.Client;

namespace B2BAssertions.AppHost.Operator;

/// <summary>What the token endpoint answered to an assertion and to the same once more.</summary>
/// <param name="TraceId">Under this id the server's log has the code <c>assertion_replayed</c>; null when the answer has none.</param>
internal sealed record ReplayOutcome(HttpStatusCode First, HttpStatusCode Second, string? SecondError, string? TraceId)
{
    public bool IsRefused => First == HttpStatusCode.OK && Second != HttpStatusCode.OK;
}

/// <summary>
/// Sends one assertion twice, as somebody would who got hold of it. The assertion is made here, for the operator's client, with the key that
/// the AppHost itself made: no assertion of the partner is kept anywhere to be replayed (docs/decisions/0010-dashboard-commands.md).
/// </summary>
internal sealed class AssertionReplay(HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task<ReplayOutcome> RunAsync(string issuer, string tokenEndpoint, string resource, SigningKey key, CancellationToken cancellationToken)
    {
        using var request = new ClientCredentialsTokenRequest
        {
            Address = tokenEndpoint,
            Scope = SystemSettings.PartnersManageScope,
            Resource = [resource],
            ClientAssertion = new ClientAssertion
            {
                Type = OidcConstants.ClientAssertionTypes.JwtBearer,
                Value = key.CreateJwt(JwtClaimTypes.JwtTypes.ClientAuthentication, SystemSettings.OperatorClientId, issuer, Lifetime, time),
            },
        };
        using var first = await SendAsync(request, cancellationToken);
        using var second = await SendAsync(request, cancellationToken);

        // The first answer's access token is not used. TokenResponse.Error of a 401 would be its reason phrase.
        return new ReplayOutcome(
            first.HttpStatusCode, second.HttpStatusCode, second.TryGet(OidcConstants.TokenResponse.Error), second.TryGet("trace_id"));
    }

    private async Task<TokenResponse> SendAsync(ClientCredentialsTokenRequest request, CancellationToken cancellationToken)
    {
        var response = await http.RequestClientCredentialsTokenAsync(request, cancellationToken);

        // Duende returns what went wrong on the way, except a cancellation.
        return response.HttpResponse is null ? throw response.Exception! : response;
    }
}
