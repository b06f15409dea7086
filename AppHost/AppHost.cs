using B2BAssertions.AppHost;
using B2BAssertions.ServiceDefaults;

var builder = DistributedApplication.CreateBuilder(args);
var addresses = SystemAddresses.Default;

// Good for one enrolment and made new at each start, as Standalone does: nobody has to keep it, so it is on no disk.
var enrolmentToken = builder.AddParameter(
    "enrolment-token",
    new GenerateParameterDefault { MinLength = 43, Special = false },
    secret: true);

var jwksService = builder.AddService<Projects.JwksService>(ServiceNames.JwksService, SystemSettings.ForJwksService(addresses))
    .WithSecret(SettingNames.JwksServiceEnrolmentToken, enrolmentToken);

// A deployment's operator brings a key of its own: what is published must not trust one of this machine.
var operatorJwks = builder.ExecutionContext.IsPublishMode ? null : OperatorKey.EnsureCreated(builder.FolderOf(OperatorKey.FolderName));

var authorizationServer = builder.AddService<Projects.AuthorizationServer>(
    ServiceNames.AuthorizationServer,
    SystemSettings.ForAuthorizationServer(addresses, operatorJwks));

var ordersApi = builder.AddService<Projects.OrdersApi>(ServiceNames.OrdersApi, SystemSettings.ForOrdersApi(addresses));

// The client comes last, so that its first flow needs no second try.
builder.AddService<Projects.PartnerClient>(ServiceNames.PartnerClient, SystemSettings.ForPartnerClient(addresses))
    .WithSecret(SettingNames.PartnerClientEnrolmentToken, enrolmentToken)
    .WaitFor(jwksService)
    .WaitFor(authorizationServer)
    .WaitFor(ordersApi);

builder.Build().Run();
