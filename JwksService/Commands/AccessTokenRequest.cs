using System.Text.Json;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;

using Duende.IdentityModel;
using Duende.IdentityModel.Client;

namespace B2BAssertions.JwksService.Commands;

/// <summary>
/// Gets an access token for the registry: from the authorization server that the registry's metadata names, by client credentials
/// (RFC 6749 §4.4) with a client assertion (RFC 7523 §2.2).
/// </summary>
internal sealed class AccessTokenRequest(HttpExchange http, Transport transport, TimeProvider time)
{
    private static readonly TimeSpan AssertionLifetime = TimeSpan.FromSeconds(60);

    /// <exception cref="CommandException">There is none; the message says why and what to do.</exception>
    public async Task<string> SendAsync(
        string registry, string clientId, string scope, SigningKey key, CancellationToken cancellationToken)
    {
        var issuer = await ReadIssuerAsync(registry, cancellationToken);
        var endpoint = await ReadTokenEndpointAsync(issuer, cancellationToken);
        using var request = new ClientCredentialsTokenRequest
        {
            Address = endpoint,
            Scope = scope,
            ClientId = clientId,
            ClientCredentialStyle = ClientCredentialStyle.PostBody,

            // RFC 8707 §2: for this registry alone. A false one, which names the right server, gets no token that another would take.
            Resource = [registry],
            ClientAssertion = new ClientAssertion
            {
                Type = OidcConstants.ClientAssertionTypes.JwtBearer,

                // RFC 10070, FAPI 2.0 Security Profile §5.3.2.1: the audience is the issuer identifier, a string.
                Value = key.CreateJwt(JwtClaimTypes.JwtTypes.ClientAuthentication, clientId, issuer, AssertionLifetime, time),
            },
        };
        var answer = await http.RequestTokenAsync(request, cancellationToken);
        return answer.IsSuccess ? ReadToken(answer) : throw Refused(answer, clientId, scope, key.Kid);
    }

    /// <summary>RFC 9728 §3: the registry says which authorization server it trusts.</summary>
    private async Task<string> ReadIssuerAsync(string registry, CancellationToken cancellationToken)
    {
        var metadata = await ReadAsync(WellKnownAddress.OfProtectedResource(registry), "the registry's", cancellationToken);

        // RFC 9728 §3.3: identical to the one that was asked for, else another server speaks for it.
        if (metadata.GetOptionalString("resource") is not { } resource || resource != registry)
        {
            throw CommandException.Failed(
                "resource_mismatch",
                $"The metadata of {registry} are of another registry. Use the registry's public address, to the letter.");
        }

        var issuer = metadata.TryGetProperty("authorization_servers", out var servers)
            && servers.ValueKind == JsonValueKind.Array
            && servers.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } first
                ? first.GetString()!
                : throw Unreadable($"The metadata of {registry} name no authorization server.");
        return transport.Accepts(issuer)
            ? issuer
            : throw CommandException.Failed("issuer_insecure", "The registry names an authorization server without https. Tell its operator.");
    }

    /// <summary>RFC 8414 §3.</summary>
    private async Task<string> ReadTokenEndpointAsync(string issuer, CancellationToken cancellationToken)
    {
        var metadata = await ReadAsync(WellKnownAddress.OfAuthorizationServer(issuer), "the authorization server's", cancellationToken);

        // RFC 8414 §3.3: identical, as above.
        if (metadata.GetOptionalString(OidcConstants.Discovery.Issuer) != issuer)
        {
            throw CommandException.Failed(
                "issuer_mismatch",
                $"The metadata at {ForeignText.Shown(issuer)} name another issuer. The registry has to name the issuer to the letter.");
        }

        var endpoint = metadata.GetOptionalString(OidcConstants.Discovery.TokenEndpoint);
        return transport.Accepts(endpoint)
            ? endpoint!
            : throw CommandException.Failed(
                "token_endpoint_insecure",
                $"The metadata at {ForeignText.Shown(issuer)} name no token endpoint with https. Tell its operator.");
    }

    private async Task<JsonElement> ReadAsync(string address, string whose, CancellationToken cancellationToken)
    {
        var answer = await http.GetAsync(address, cancellationToken);
        return answer is { IsSuccess: true, Json: { } metadata }
            ? metadata
            : throw Unreadable($"{answer.Description}: expected {whose} metadata.{answer.WhenToTryAgain}");
    }

    /// <summary>RFC 6749 §5.1; the type is case-insensitive.</summary>
    private static string ReadToken(Answer answer)
    {
        var type = answer.Json?.GetOptionalString(OidcConstants.TokenResponse.TokenType);
        return answer.Json?.GetOptionalString(OidcConstants.TokenResponse.AccessToken) is { } token
            && BearerToken.IsSound(token)
            && string.Equals(type, BearerToken.Scheme, StringComparison.OrdinalIgnoreCase)
                ? token
                : throw CommandException.Failed("token_unreadable", $"{answer.Description} without a sound bearer token.");
    }

    private static CommandException Refused(Answer answer, string clientId, string scope, string kid)
    {
        var error = answer.Shown(OidcConstants.TokenResponse.Error);
        return CommandException.Failed("token_refused", $"{answer.Description} ({error ?? "no error named"}). " + error switch
        {
            OidcConstants.TokenErrors.InvalidClient =>
                $"Check that the authorization server knows the client '{clientId}' with the key {kid}, and this machine's clock. "
                    + "Its log says which check failed.",
            OidcConstants.TokenErrors.InvalidScope => $"The client '{clientId}' may not have the scope '{scope}'.",
            _ => "Ask the operator of the authorization server.",
        } + answer.WhenToTryAgain);
    }

    private static CommandException Unreadable(string detail) => CommandException.Failed("metadata_unreadable", detail);
}
