using System.Security.Claims;

using Microsoft.AspNetCore.Authorization;

namespace B2BAssertions.OrdersApi.AccessToken;

/// <summary>The token carries this scope.</summary>
internal sealed record ScopeRequirement(string Scope) : IAuthorizationRequirement;

/// <summary>
/// Compares whole words, case-sensitively (RFC 6749 §3.3), in a string separated by spaces (RFC 9068 §2.2.3); an array, as some
/// servers send it, arrives as one claim per element (RS-05).
/// </summary>
internal sealed class ScopeHandler : AuthorizationHandler<ScopeRequirement>
{
    private const string ClaimType = "scope";

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        // Strings alone: in the text of a JSON object the word could stand anywhere.
        var granted = context.User.FindAll(claim => claim is { Type: ClaimType, ValueType: ClaimValueTypes.String })
            .SelectMany(claim => claim.Value.Split(' '));
        if (granted.Contains(requirement.Scope, StringComparer.Ordinal))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
