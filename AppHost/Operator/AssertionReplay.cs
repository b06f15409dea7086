using System.Net;
using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

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

    public async Task<ReplayOutcome> RunAsync(string issuer, string tokenEndpoint, string resource, SigningKey key, CancellationToken cancellationToken)
    {
        var assertion = key.CreateJwt(ClientAssertionType.Name, SystemSettings.OperatorClientId, issuer, Lifetime, time);
        using var first = await SendAsync(tokenEndpoint, resource, assertion, cancellationToken);
        using var second = await SendAsync(tokenEndpoint, resource, assertion, cancellationToken);

        // The first answer's access token is dropped unread.
        var (error, traceId) = await ReadErrorAsync(second, cancellationToken);
        return new ReplayOutcome(first.StatusCode, second.StatusCode, error, traceId);
    }

    private async Task<HttpResponseMessage> SendAsync(string tokenEndpoint, string resource, string assertion, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, tokenEndpoint);
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["scope"] = SystemSettings.PartnersManageScope,
            ["resource"] = resource,
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = assertion,
        });
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<(string? Error, string? TraceId)> ReadErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
        {
            return (null, null);
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
            return (body.RootElement.GetOptionalString("error"), body.RootElement.GetOptionalString("trace_id"));
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }
}
