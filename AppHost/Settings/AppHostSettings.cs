using B2BAssertions.AppHost.Curity.Configuration;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Configuration;

namespace B2BAssertions.AppHost.Settings;

/// <summary>What can be chosen when the AppHost starts; README.md has the table.</summary>
/// <param name="Addresses">Where the services are reached; its authorization server is the issuer.</param>
/// <param name="Customs">What the issuer does otherwise than the embedded server.</param>
/// <param name="UsesPostgreSql">Whether databases are on a PostgreSQL server instead of in SQLite files.</param>
/// <param name="AuthorizationServerBase">The authorization server's address without the path of its issuer identifier.</param>
/// <param name="Data">The folder of the system's files, from the repository's on.</param>
internal sealed record AppHostSettings(
    AuthorizationServerKind AuthorizationServer,
    SystemAddresses Addresses,
    IssuerCustoms Customs,
    bool UsesPostgreSql,
    string AuthorizationServerBase,
    string Data)
{
    public const string AuthorizationServerSetting = "AuthorizationServer";
    public const string StorageSetting = "Storage";

    /// <summary>Addresses of what is published; while the system runs here, they are those of the launch profiles.</summary>
    public const string AddressesSection = "Addresses";

    public const string Curity = "curity";

    /// <summary>What containers of .NET listen on, reached under the name of the service.</summary>
    public const int ContainerPort = 8080;

    private const string Embedded = "embedded";
    private const string Sqlite = "sqlite";
    private const string Postgres = "postgres";

    /// <summary>Whether some address is plain http, which the services accept by option only.</summary>
    public bool AllowsHttp =>
        new[] { Addresses.AuthorizationServer, Addresses.JwksService, Addresses.OrdersApi }.Any(address => new Uri(address).Scheme == Uri.UriSchemeHttp);

    /// <exception cref="AppHostException">A setting has a value that it cannot have; the message names it.</exception>
    public static AppHostSettings Read(IConfiguration configuration, bool isPublishing)
    {
        var kind = ReadKind(configuration, out var otherIssuer);
        var host = isPublishing ? PublishedAddresses(configuration, kind) : SystemAddresses.Default;
        var serverBase = kind switch
        {
            AuthorizationServerKind.Curity when !isPublishing => $"http://localhost:{CurityContainer.RuntimePort}",
            AuthorizationServerKind.Other => otherIssuer,
            _ => host.AuthorizationServer,
        };
        var issuer = kind == AuthorizationServerKind.Curity ? serverBase + CurityContainer.IssuerPath : serverBase;
        return new AppHostSettings(
            kind,
            host with { AuthorizationServer = issuer },
            kind == AuthorizationServerKind.Curity ? IssuerCustoms.Curity(serverBase + CurityContainer.TokenPath) : IssuerCustoms.None,
            UsesPostgres(configuration, isPublishing),
            serverBase,
            configuration[SettingNames.DataDirectory] is { Length: > 0 } data ? data : Path.Combine(".data", "apphost"));
    }

    private static AuthorizationServerKind ReadKind(IConfiguration configuration, out string issuer)
    {
        issuer = configuration[AuthorizationServerSetting] is { Length: > 0 } value ? value : Embedded;
        return issuer switch
        {
            Embedded => AuthorizationServerKind.Embedded,
            Curity => AuthorizationServerKind.Curity,
            _ when IsAddress(issuer) => AuthorizationServerKind.Other,
            _ => throw new AppHostException(
                $"{AuthorizationServerSetting} is '{issuer}': expected '{Embedded}', '{Curity}' or the issuer identifier of an authorization server, "
                + "such as https://login.example.com."),
        };
    }

    /// <summary>What is published has replicas, which need a database that they share.</summary>
    private static bool UsesPostgres(IConfiguration configuration, bool isPublishing) => configuration[StorageSetting] switch
    {
        null or "" => isPublishing,
        Sqlite when isPublishing => throw new AppHostException(
            $"{StorageSetting} is '{Sqlite}': expected '{Postgres}' in what is published, because its replicas share their databases."),
        Sqlite => false,
        Postgres => true,
        var other => throw new AppHostException($"{StorageSetting} is '{other}': expected '{Sqlite}' or '{Postgres}'."),
    };

    private static SystemAddresses PublishedAddresses(IConfiguration configuration, AuthorizationServerKind kind)
    {
        var server = kind == AuthorizationServerKind.Curity
            ? $"http://{Curity}:{CurityContainer.RuntimePort}"
            : $"http://{ServiceNames.AuthorizationServer}:{ContainerPort}";
        return new SystemAddresses(
            Published(nameof(SystemAddresses.AuthorizationServer), server),
            Published(nameof(SystemAddresses.JwksService), $"http://{ServiceNames.JwksService}:{ContainerPort}"),
            Published(nameof(SystemAddresses.OrdersApi), $"http://{ServiceNames.OrdersApi}:{ContainerPort}"));

        string Published(string name, string byDefault)
        {
            var setting = $"{AddressesSection}:{name}";
            var address = configuration[setting] is { Length: > 0 } value ? value : byDefault;
            return IsAddress(address) && !address.EndsWith('/')
                ? address
                : throw new AppHostException($"{setting} is '{address}': expected an absolute http or https address without a trailing slash.");
        }
    }

    private static bool IsAddress(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
}
