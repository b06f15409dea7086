using System.Security.Claims;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>Puts together the access token of a client that is authenticated and may have what it asks for (AT-01, AT-03).</summary>
internal sealed partial class IssueAccessToken(ILogger<IssueAccessToken> logger) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    /// <summary>AT-03: how the client authenticated, for policies of the API that ask for a strong method.</summary>
    public const string ClientAuthenticationMethodClaim = "client_auth_method";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleTokenRequestContext>()
            .UseScopedHandler<IssueAccessToken>()
            .SetOrder(500_000)
            .Build();

    public ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        var client = AuthenticateClient.AcceptedAssertion(context.Transaction).Client;
        var scopes = context.Request.GetScopes();
        var identity = new ClaimsIdentity(OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt);
        identity.SetClaim(OpenIddictConstants.Claims.Subject, client.ClientId);
        identity.SetClaim(ClientAuthenticationMethodClaim, OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt);
        identity.SetScopes(scopes);
        identity.SetResources(CheckRequestedAccess.AcceptedAudience(context.Transaction));
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken]);
        context.SignIn(new ClaimsPrincipal(identity));
        Log.Issued(logger, client.ClientId, string.Join(' ', scopes));
        return ValueTask.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Access token issued to client {ClientId} with scope {Scope}.")]
        public static partial void Issued(ILogger logger, string clientId, string scope);
    }
}
