using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// The client of the token authenticated itself by a strong method (RS-07); <see cref="ResourceServerOptions.ClientAuthenticationMethods"/>
/// says which.
/// </summary>
/// <remarks>
/// The refusal is 403 with a code of its own, and the challenge names no error. RFC 6750 §3.1 has none that fits: with another scope the
/// token would be refused all the same. <c>insufficient_user_authentication</c> (RFC 9470) tells a client to send its user to log in again;
/// here is no user.
/// </remarks>
public sealed class ClientAuthenticationRequirement : IAuthorizationRequirement;

internal sealed class ClientAuthenticationHandler(ResourceServerOptions options) : AuthorizationHandler<ClientAuthenticationRequirement>
{
    private readonly string _accepted = string.Join(" or ", options.EffectiveClientAuthenticationMethods);

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ClientAuthenticationRequirement requirement)
    {
        if (CurrentClient.From(context.User) is not { } client)
        {
            // No access token: that is what the answer will be about.
            return Task.CompletedTask;
        }

        var method = client.AuthenticationMethod;
        if (method is not null && options.EffectiveClientAuthenticationMethods.Contains(method))
        {
            context.Succeed(requirement);
        }
        else
        {
            context.Fail(new RequestRefusal(
                this,
                StatusCodes.Status403Forbidden,
                "client_authentication_weak",
                $"This needs an access token whose client authenticated itself by {_accepted}, and the token does not say so. Get one that way.",
                $"{ClientAuthenticationMethod.ClaimType}, expected {_accepted}, found {Printable.From(method)}"));
        }

        return Task.CompletedTask;
    }
}
