using System.Security.Claims;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace B2BAssertions.ResourceServer;

/// <summary>The token carries this scope, or any one of several.</summary>
public sealed class ScopeRequirement(params IReadOnlyList<string> anyOf) : IAuthorizationRequirement
{
    public IReadOnlyList<string> AnyOf { get; } = anyOf.Count > 0
        ? [.. anyOf]
        : throw new ArgumentException("Expected at least one scope.", nameof(anyOf));

    /// <summary>
    /// Whether the endpoint's other bearer credentials pass as well, unchecked: the endpoint checks them itself.
    /// See <see cref="OtherBearerCredentials"/>.
    /// </summary>
    public bool OrOtherBearerCredentials { get; init; }

    internal bool IsMetBy(ClaimsPrincipal user, HttpContext? request) =>
        (CurrentClient.From(user) is { } client && AnyOf.Any(client.HasScope))
        || (OrOtherBearerCredentials && request is not null && OtherBearerToken.From(request) is not null);
}

internal sealed class ScopeHandler : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (requirement.IsMetBy(context.User, context.Resource as HttpContext))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
