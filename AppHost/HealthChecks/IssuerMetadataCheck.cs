using B2BAssertions.Jose;

using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.AppHost.HealthChecks;

/// <summary>
/// Whether an issuer elsewhere shows its metadata at one of the two addresses where the services look for them: of RFC 8414 §3.1, else of
/// OpenID Connect Discovery §4.
/// </summary>
internal sealed class IssuerMetadataCheck(HttpClient http, string issuer) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string[] addresses = [WellKnownAddress.OfAuthorizationServer(issuer), $"{issuer.TrimEnd('/')}/.well-known/openid-configuration"];
        var answers = new List<string>();
        foreach (var address in addresses)
        {
            try
            {
                using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return HealthCheckResult.Healthy();
                }

                answers.Add($"{address} answers {(int)answer.StatusCode}");
            }
            catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                answers.Add($"{address} does not answer: {exception.Message}");
            }
        }

        return HealthCheckResult.Unhealthy(string.Join("; ", answers));
    }
}
