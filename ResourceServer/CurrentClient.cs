using System.Security.Claims;

using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;

namespace B2BAssertions.ResourceServer;

/// <summary>The client that the validated access token was issued to, and what the token lets it do. Made from such a token alone.</summary>
public sealed class CurrentClient
{
    /// <summary>In characters: what a service keeps of a client it keeps under its id. A token with a longer one is refused.</summary>
    public const int MaxClientIdLength = 255;

    private readonly IReadOnlyList<string> _scopes;

    internal CurrentClient(string clientId, string? authenticationMethod, IReadOnlyList<string> scopes)
    {
        ClientId = clientId;
        AuthenticationMethod = authenticationMethod;
        _scopes = scopes;
    }

    public string ClientId { get; }

    /// <summary>How the client authenticated itself when it got the token (AT-03); null when the token does not say, in one string.</summary>
    public string? AuthenticationMethod { get; }

    /// <summary>Null without an access token.</summary>
    public static CurrentClient? From(ClaimsPrincipal principal) => (principal.Identity as Identity)?.Client;

    /// <summary>Lets endpoints take the client as a parameter.</summary>
    public static ValueTask<CurrentClient?> BindAsync(HttpContext context) =>
        ValueTask.FromResult<CurrentClient?>(From(context.User)
            ?? throw new InvalidOperationException("An endpoint asks for the client, but the request was not authorized by an access token."));

    /// <summary>Whether the token carries this scope, as a whole word (RS-05).</summary>
    public bool HasScope(string scope) => _scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>Without the token and its other claims: a request that waits should hold little, and nobody else needs them.</summary>
    internal ClaimsPrincipal ToPrincipal() => new(new Identity(this));

    private sealed class Identity(CurrentClient client)
        : ClaimsIdentity([new Claim(TokenClient.ClientId, client.ClientId)], JwtBearerDefaults.AuthenticationScheme, TokenClient.ClientId, roleType: null)
    {
        public CurrentClient Client { get; } = client;
    }
}
