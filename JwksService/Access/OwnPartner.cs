using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Authorization;

namespace B2BAssertions.JwksService.Access;

/// <summary>A partner reaches what is its own; an operator reaches every partner (KR-07).</summary>
internal sealed class OwnPartnerRequirement : IAuthorizationRequirement;

internal sealed class OwnPartnerHandler : AuthorizationHandler<OwnPartnerRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, OwnPartnerRequirement requirement)
    {
        var request = (HttpContext)context.Resource!;
        if (OtherBearerToken.From(request) is not null || (CurrentClient.From(context.User) is { } client && MayReach(client, request)))
        {
            context.Succeed(requirement);
        }
        else
        {
            var fault = RegistryFault.PartnerForeign;
            context.Fail(new RequestRefusal(this, fault.Status, fault.Code, fault.Detail));
        }

        return Task.CompletedTask;
    }

    private static bool MayReach(CurrentClient client, HttpContext request) =>
        client.HasScope(SystemSettings.PartnersManageScope)
        || string.Equals(client.ClientId, (string?)request.Request.RouteValues["clientId"], StringComparison.Ordinal);
}
