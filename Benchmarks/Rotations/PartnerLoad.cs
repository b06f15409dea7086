using System.Net.Http.Headers;
using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Rotation;
using B2BAssertions.ServiceDefaults;

using Duende.IdentityModel;

namespace B2BAssertions.Benchmarks.Rotations;

/// <summary>
/// What the load asks for: access tokens, each with an assertion signed by the key of that moment, and orders, each with the newest token.
/// Written against HTTP alone, so that no retry or cache of the client hides a failure.
/// </summary>
internal sealed class PartnerLoad(KeyRing ring, string clientId, string issuer, string ordersApi) : IDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AssertionLifetime = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeLimit };
    private string _tokenEndpoint = "";
    private volatile string _newestToken = "";

    /// <summary>The token endpoint from the metadata, and the first token.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        using var metadata = JsonDocument.Parse(
            await _http.GetStringAsync(WellKnownAddress.OfAuthorizationServer(issuer), cancellationToken));
        _tokenEndpoint = metadata.RootElement.GetProperty("token_endpoint").GetString()!;
        if (await RequestTokenAsync(cancellationToken) is { } failure)
        {
            throw new InvalidOperationException($"The first token request failed: {failure}");
        }
    }

    public async Task<string?> RequestTokenAsync(CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = clientId,
            ["scope"] = SystemSettings.ReadScope,
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = ring.Key.CreateJwt(
                JwtClaimTypes.JwtTypes.ClientAuthentication, clientId, issuer, AssertionLifetime, TimeProvider.System),
        });
        using var response = await _http.PostAsync(_tokenEndpoint, form, cancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        if (!response.IsSuccessStatusCode)
        {
            return $"{(int)response.StatusCode} {body.RootElement.GetOptionalString("error")}";
        }

        _newestToken = body.RootElement.GetProperty("access_token").GetString()!;
        return null;
    }

    public async Task<string?> ReadOrdersAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{ordersApi}/orders");
        request.Headers.Authorization = new AuthenticationHeaderValue(BearerToken.Scheme, _newestToken);
        using var response = await _http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return response.IsSuccessStatusCode ? null : $"{(int)response.StatusCode} {Code(body)}";
    }

    /// <summary>The kids that everyone can read now.</summary>
    public async Task<IReadOnlyList<string>> ReadPublishedAsync(string jwksUri, CancellationToken cancellationToken)
    {
        using var set = JsonDocument.Parse(await _http.GetStringAsync(new Uri(jwksUri), cancellationToken));
        return [.. set.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    public void Dispose() => _http.Dispose();

    private static string? Code(byte[] body) =>
        StrictJson.TryParse(body, out var json) && json.ValueKind == JsonValueKind.Object ? json.GetOptionalString("code") : null;
}
