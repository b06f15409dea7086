using B2BAssertions.AppHost.Curity;
using B2BAssertions.AppHost.Dashboard;
using B2BAssertions.AppHost.Settings;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.AppHost;

/// <summary>What the resources of one system share.</summary>
/// <param name="EnrolmentToken">
/// Good for one enrolment and made new at each start, as Standalone does. Aspire's dashboard would keep it with the history of its runs;
/// appsettings.json turns that history off.
/// </param>
/// <param name="Database">The PostgreSQL server; null where databases are SQLite files.</param>
/// <param name="OperatorJwks">The public keys of the registry's operator, a JWK Set in JSON; empty in what is published, which gets them later.</param>
/// <param name="Data">Apart from Standalone's files: the two may run in turn, each with keys and databases of its own.</param>
internal sealed record SystemModel(
    AppHostSettings Settings,
    IResourceBuilder<ParameterResource> EnrolmentToken,
    IResourceBuilder<PostgresServerResource>? Database,
    string OperatorJwks,
    string Data)
{
    /// <summary>Where a published service keeps its files: below the home of the user of .NET's images.</summary>
    public const string PublishedData = "/home/app/b2bassertions";

    private const int EnrolmentTokenLength = 43;

    /// <summary>The repository, wherever the program that uses this model was built.</summary>
    public static string RepositoryFolder { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(new Projects.JwksService().ProjectPath)!, ".."));

    /// <summary>The folder of a service, or of the operator, among this system's files.</summary>
    public string FolderOf(string name) => Path.Combine(Data, name);

    /// <exception cref="AppHostException">A setting has a value that it cannot have.</exception>
    /// <exception cref="StartupException">The operator's key cannot be made or opened.</exception>
    public static SystemModel Create(IDistributedApplicationBuilder builder)
    {
        var isPublishing = builder.ExecutionContext.IsPublishMode;
        var settings = AppHostSettings.Read(builder.Configuration, isPublishing);
        var data = isPublishing ? PublishedData : Path.GetFullPath(Path.Combine(RepositoryFolder, settings.Data));

        // A deployment's operator brings a key of its own: what is published must not trust one of this machine.
        var operatorJwks = isPublishing ? "" : OperatorKey.EnsureCreated(Path.Combine(data, OperatorKey.FolderName));
        var enrolmentToken = builder.AddParameter(
                "enrolment-token",
                new GenerateParameterDefault { MinLength = EnrolmentTokenLength, Special = false },
                secret: true)
            .WithDescription("With it the partner enrols its first key, once. Made anew at each start.");

        // Aspire's own name of a volume holds a hash of this machine's path.
        var database = settings.UsesPostgreSql ? builder.AddPostgres("postgres").WithDataVolume(isPublishing ? "postgres" : null) : null;
        return new SystemModel(settings, enrolmentToken, database, operatorJwks, data);
    }
}

/// <summary>The system as Aspire resources, in the order of the flow.</summary>
internal static class SystemResources
{
    /// <summary>Says in one sentence on standard error why the system cannot be described.</summary>
    public static bool TryAddSystem(this IDistributedApplicationBuilder builder)
    {
        try
        {
            builder.AddSystem(SystemModel.Create(builder));
            return true;
        }
        catch (Exception exception) when (exception is AppHostException or StartupException)
        {
            Console.Error.WriteLine($"Cannot start. {exception.Message}");
            return false;
        }
    }

    private static void AddSystem(this IDistributedApplicationBuilder builder, SystemModel system)
    {
        // The issuer is known before it runs, so nothing but the client has to wait for it.
        var authorizationServer = builder.AddAuthorizationServer(system);

        var jwksService = builder.AddService<Projects.JwksService>(system, ServiceNames.JwksService, SystemSettings.ForJwksService)
            .WithDatabase(system)
            .WithSecret(SettingNames.JwksServiceEnrolmentToken, system.EnrolmentToken)
            .WithIconName("KeyMultiple")
            .WithLink("/.well-known/jwks", "JWKS")
            .WithLink("/scalar", "API reference")
            .ReadsKeysOf(authorizationServer);

        var (addresses, customs) = (system.Settings.Addresses, system.Settings.Customs);
        var ordersSettings = builder.ExecutionContext.IsPublishMode
            ? SystemSettings.ForDeployedOrdersApi(addresses, customs)
            : SystemSettings.ForOrdersApi(addresses, customs);
        var ordersApi = builder.AddService<Projects.OrdersApi>(system, ServiceNames.OrdersApi, ordersSettings)
            .WithDatabase(system)
            .WithIconName("Cart")
            .WithLink("/scalar", "API reference")
            .WithLink("/.well-known/oauth-protected-resource", "Metadata")
            .ReadsKeysOf(authorizationServer);

        // The partner's keys are checked by the server that issues its tokens, wherever that runs.
        builder.LetReadJwks(authorizationServer, jwksService);

        builder.AddService<Projects.PartnerClient>(system, ServiceNames.PartnerClient, SystemSettings.ForPartnerClient)
            .WithSecret(SettingNames.PartnerClientEnrolmentToken, system.EnrolmentToken)
            .WithIconName("BuildingShop")
            .WithLink("/health", "Health of the flow")
            .WithPartnerCommands(system)
            .WaitFor(authorizationServer)
            .WaitFor(jwksService)
            .WaitFor(ordersApi);

        builder.SayWhatKeepsFromStarting(system);
    }

    /// <summary>An edge in the dashboard's graph. Not a wait: the service starts without the keys and fetches them when it needs them.</summary>
    private static IResourceBuilder<ProjectResource> ReadsKeysOf(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<IResource> authorizationServer) =>
        service.WithReferenceRelationship(authorizationServer.Resource);
}
