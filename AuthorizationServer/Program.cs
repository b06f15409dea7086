using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.AuthorizationServer.Commands;
using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.AuthorizationServer.Metadata;
using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.AuthorizationServer;

/// <summary>The embedded authorization server: checks client assertions, issues access tokens.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) =>
        CommandLine.IsMeantBy(args) ? CommandLine.RunAsync(args) : ServiceRunner.RunAsync(args, arguments => Build(arguments));

    /// <param name="configure">What a test adds; nothing otherwise.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);

        builder.AddServiceDefaults(ServiceNames.AuthorizationServer);
        builder.AddAuthorizationDatabase();
        builder.Services.AddAuthorizationServerOptions();
        builder.Services.AddSigningKeys();
        builder.Services.AddClients();
        builder.Services.AddClientJwks();
        builder.Services.AddClientAssertions();
        builder.Services.AddTokenRequests();
        builder.AddAuthorizationServer();

        var app = builder.Build();
        app.UseServiceDefaults();
        app.UseEndpointSpans();
        app.UseAuthentication();
        return app;
    }
}
