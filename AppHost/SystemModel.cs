using System.Diagnostics.CodeAnalysis;

using B2BAssertions.AppHost.Publishing;
using B2BAssertions.AppHost.Settings;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.AppHost;

/// <summary>What the resources of one system share.</summary>
/// <param name="EnrolmentToken">
/// Good for one enrolment and made new at each start, as Standalone does: nobody has to keep it, so it is on no disk.
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
    private const int EnrolmentTokenLength = 43;

    /// <summary>The folder of a service, or of the operator, among this system's files.</summary>
    public string FolderOf(string name) => Path.Combine(Data, name);

    /// <summary>What cannot be is said in one sentence in the console.</summary>
    public static bool TryCreate(IDistributedApplicationBuilder builder, [NotNullWhen(true)] out SystemModel? system)
    {
        try
        {
            system = Create(builder);
            return true;
        }
        catch (Exception exception) when (exception is AppHostException or StartupException)
        {
            Console.Error.WriteLine($"Cannot start. {exception.Message}");
            system = null;
            return false;
        }
    }

    /// <summary>Aspire's own name of a volume holds a hash of this machine's path.</summary>
    private static IResourceBuilder<PostgresServerResource> AddPostgres(IDistributedApplicationBuilder builder, bool isPublishing) =>
        builder.AddPostgres("postgres").WithDataVolume(isPublishing ? "postgres" : null).PublishHardened();

    private static SystemModel Create(IDistributedApplicationBuilder builder)
    {
        var isPublishing = builder.ExecutionContext.IsPublishMode;
        var settings = AppHostSettings.Read(builder.Configuration, isPublishing);
        var data = isPublishing ? ContainerFolders.Data : Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", settings.Data));

        // A deployment's operator brings a key of its own: what is published must not trust one of this machine.
        var operatorJwks = isPublishing ? "" : OperatorKey.EnsureCreated(Path.Combine(data, OperatorKey.FolderName));
        if (isPublishing)
        {
            builder.AddComposeFile();
        }

        var enrolmentToken = builder.AddParameter(
                "enrolment-token",
                new GenerateParameterDefault { MinLength = EnrolmentTokenLength, Special = false },
                secret: true)
            .WithDescription("With it the partner enrols its first key, once. Made anew at each start.");
        var database = settings.UsesPostgreSql ? AddPostgres(builder, isPublishing) : null;
        return new SystemModel(settings, enrolmentToken, database, operatorJwks, data);
    }
}
