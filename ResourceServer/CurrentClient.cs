using System.Security.Claims;

using Microsoft.AspNetCore.Http;

namespace B2BAssertions.ResourceServer;

/// <summary>The client that the validated access token was issued to, and what the token lets it do. Made from such a token alone.</summary>
public sealed class CurrentClient
{
    /// <summary>RFC 9068 §2.2: the client that the token was issued to.</summary>
    internal const string ClaimType = "client_id";

    private readonly ClaimsPrincipal _principal;

    private CurrentClient(string clientId, ClaimsPrincipal principal)
    {
        ClientId = clientId;
        _principal = principal;
    }

    public string ClientId { get; }

    /// <summary>How the client authenticated itself when it got the token (AT-03); null when the token does not say, in one string.</summary>
    public string? AuthenticationMethod => SingleString(_principal, ClientAuthenticationMethod.ClaimType);

    /// <summary>Null unless the claim is there once, as a non-empty string: so without an access token, too.</summary>
    public static CurrentClient? From(ClaimsPrincipal principal) =>
        SingleString(principal, ClaimType) is { } clientId ? new CurrentClient(clientId, principal) : null;

    /// <summary>Lets endpoints take the client as a parameter.</summary>
    public static ValueTask<CurrentClient?> BindAsync(HttpContext context) =>
        ValueTask.FromResult<CurrentClient?>(From(context.User)
            ?? throw new InvalidOperationException("An endpoint asks for the client, but the request was not authorized by an access token."));

    /// <summary>Whether the token carries this scope, as a whole word (RS-05).</summary>
    public bool HasScope(string scope) => GrantedScopes.Of(_principal).Contains(scope, StringComparer.Ordinal);

    /// <summary>
    /// The value of a claim that is there once, as a string that is not blank. An array of one string makes the same claim as the string:
    /// <see cref="TokenClient"/> has removed it.
    /// </summary>
    internal static string? SingleString(ClaimsPrincipal principal, string claimType) =>
        principal.FindAll(claimType).ToArray() is [{ ValueType: ClaimValueTypes.String, Value: var value }] && !string.IsNullOrWhiteSpace(value)
            ? value
            : null;
}
