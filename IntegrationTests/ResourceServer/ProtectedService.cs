using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace B2BAssertions.IntegrationTests.ResourceServerTests;

/// <summary>A resource server with an endpoint for each thing that a service may ask for.</summary>
internal static class ProtectedService
{
    public const string Section = "ProtectedService";

    /// <summary>How the other bearer credentials of <c>/either</c> begin.</summary>
    public const string OtherPrefix = "once.";

    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        builder.AddServiceDefaults("ProtectedService");
        builder.Services.AddOptions<Settings>().BindConfiguration(Section);
        builder.AddResourceServer<Settings>(settings => new ResourceServerOptions
        {
            Section = Section,
            Issuer = settings.Issuer,
            Resource = settings.Address,
            ScopesSupported = ["read", "admin"],
        });
        builder.Services.AddSingleton<IAuthorizationHandler, OwnHandler>();

        var app = builder.Build();
        app.UseServiceDefaults();
        app.UseResourceServer();
        app.MapGet("/open", () => "open").AllowAnonymous();
        app.MapGet("/fallback", (CurrentClient client) => client.ClientId);
        app.MapGet("/any-of", (CurrentClient client) => $"{client.HasScope("read")} {client.HasScope("admin")}")
            .RequireAuthorization(policy => policy.AddRequirements(new ScopeRequirement("read", "admin")));
        app.MapGet("/partners/{clientId}", (string clientId) => clientId)
            .RequireAuthorization(policy => policy.AddRequirements(new ScopeRequirement("read"), new OwnRequirement()));
        app.MapGet("/no-reason", () => "never")
            .RequireAuthorization(policy => policy.RequireAssertion(_ => false));
        app.MapGet("/lenient", () => "lenient")
            .RequireAuthorization(policy => policy.RequireAssertion(_ => true));
        app.MapGet("/either", (HttpContext context) => OtherBearerToken.From(context)?.Value ?? CurrentClient.From(context.User)!.ClientId)
            .AcceptOtherBearerCredentials(token => token.StartsWith(OtherPrefix, StringComparison.Ordinal))
            .RequireAuthorization(policy => policy.AddRequirements(new ScopeRequirement("read") { OrOtherBearerCredentials = true }));
        app.MapGet("/either-but-own-only", () => "never")
            .AcceptOtherBearerCredentials(token => token.StartsWith(OtherPrefix, StringComparison.Ordinal))
            .RequireAuthorization(policy => policy.AddRequirements(new ScopeRequirement("read")));
        return app;
    }

    private sealed class Settings
    {
        public string Issuer { get; set; } = string.Empty;

        public string Address { get; set; } = string.Empty;
    }

    private sealed record OwnRequirement : IAuthorizationRequirement;

    /// <summary>A client may see itself.</summary>
    private sealed class OwnHandler : AuthorizationHandler<OwnRequirement>
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, OwnRequirement requirement)
        {
            if (CurrentClient.From(context.User)?.ClientId == (string?)((HttpContext)context.Resource!).GetRouteValue("clientId"))
            {
                context.Succeed(requirement);
            }
            else
            {
                context.Fail(new RequestRefusal(this, StatusCodes.Status403Forbidden, "client_foreign", "Ask for your own."));
            }

            return Task.CompletedTask;
        }
    }
}
