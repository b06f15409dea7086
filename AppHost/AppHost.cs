using B2BAssertions.AppHost;
using B2BAssertions.AppHost.Curity;
using B2BAssertions.AppHost.Dashboard;
using B2BAssertions.ServiceDefaults;

var builder = DistributedApplication.CreateBuilder(args);
if (!SystemModel.TryCreate(builder, out var system))
{
    return 1;
}

// In the order of the flow. The issuer is known before it runs, so nothing but the client has to wait for it.
var authorizationServer = builder.AddAuthorizationServer(system);

var jwksService = builder.AddService<Projects.JwksService>(system, ServiceNames.JwksService, SystemSettings.ForJwksService)
    .WithDatabase(system)
    .WithSecret(SettingNames.JwksServiceEnrolmentToken, system.EnrolmentToken)
    .WithLink("/.well-known/jwks", "JWKS")
    .WithLink("/scalar", "API reference");

var ordersApi = builder.AddService<Projects.OrdersApi>(system, ServiceNames.OrdersApi, SystemSettings.ForOrdersApi)
    .WithDatabase(system)
    .WithLink("/scalar", "API reference")
    .WithLink("/.well-known/oauth-protected-resource", "Metadata");

// The partner's keys are checked by the server that issues its tokens, wherever that runs.
builder.LetReadJwks(authorizationServer, jwksService);

builder.AddService<Projects.PartnerClient>(system, ServiceNames.PartnerClient, SystemSettings.ForPartnerClient)
    .WithSecret(SettingNames.PartnerClientEnrolmentToken, system.EnrolmentToken)
    .WithLink("/health", "Health of the flow")
    .WithPartnerCommands(system)
    .WaitFor(authorizationServer)
    .WaitFor(jwksService)
    .WaitFor(ordersApi);

builder.SayWhatKeepsFromStarting(system);
builder.Build().Run();
return 0;
