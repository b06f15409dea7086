using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.JwksService.Access;

internal static class AccessExtensions
{
    private const string Operators = SystemSettings.PartnersManageScope;
    private const string Partners = SystemSettings.KeysScope;

    public static void AddAccess(this WebApplicationBuilder builder)
    {
        // Key sets, which partners need most, are served without any access token.
        builder.AddResourceServer<JwksServiceOptions>(settings => settings.ToResourceServer(), withoutKeys: HealthStatus.Degraded);
        builder.Services.AddSingleton<IAuthorizationHandler, OwnPartnerHandler>();
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(AccessPolicies.Operator, policy => policy.AddRequirements(new ScopeRequirement(Operators)))
            .AddPolicy(
                AccessPolicies.OperatorOrOwnPartner,
                policy => policy.AddRequirements(new ScopeRequirement(Operators, Partners), new OwnPartnerRequirement()))
            .AddPolicy(
                AccessPolicies.KeySubmission,
                policy => policy.AddRequirements(
                    new ScopeRequirement(Operators, Partners) { OrOtherBearerCredentials = true },
                    new OwnPartnerRequirement()));
        builder.Services.AddRegistryLimits();
    }

    /// <summary>Before the tokens are looked at, the limits are: guessing costs the guesser most.</summary>
    public static void UseAccess(this WebApplication app)
    {
        app.UseSubmissionLimits();
        app.UseResourceServer();
    }

    /// <summary>Enrolment tokens beside access tokens; the endpoint checks them.</summary>
    public static RouteHandlerBuilder AcceptsEnrolmentToken(this RouteHandlerBuilder endpoint) => endpoint
        .AcceptOtherBearerCredentials(EnrolmentTokenText.IsNoAccessToken)
        .WithTokenSchemes();
}
