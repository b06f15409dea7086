namespace B2BAssertions.ServiceDefaults;

/// <summary>Settings that every service reads, and the secrets that a host hands over beside <see cref="SystemSettings"/>.</summary>
public static class SettingNames
{
    /// <summary>Folder of a service's own files (database, keys); made with mode 0700 when it is missing.</summary>
    public const string DataDirectory = "DataDirectory";

    /// <summary>
    /// Whether addresses with the scheme http are accepted; default false. For one machine: behind a proxy that ends TLS addresses are https.
    /// </summary>
    public const string AllowHttp = "AllowHttp";

    /// <summary>What outgoing requests say of their sender (User-Agent); the service and its version by default.</summary>
    public const string UserAgent = "UserAgent";

    /// <summary>Whether the service stops when its standard input closes, which is how it learns that the process that started it is gone.</summary>
    public const string StopWhenStandardInputCloses = "StopWhenStandardInputCloses";

    /// <summary>
    /// Whether the OpenAPI document (<c>/openapi/v1.json</c>) and its page (<c>/scalar</c>) are served, to anyone; by default in the environment
    /// Development alone.
    /// </summary>
    public const string ServeApiDescription = "ServeApiDescription";

    /// <summary>Folder whose files hold settings that are secret, each named after its setting (<c>ConnectionStrings__Database</c>); none by default.</summary>
    public const string SecretsDirectory = "SecretsDirectory";

    /// <summary>How long a service that is told to stop says so at its health address and serves on; 0 by default. For replicas behind a proxy.</summary>
    public const string ShutdownDelay = "ShutdownDelay";

    /// <summary>The one-time enrolment token of the first configured partner, as JwksService reads it.</summary>
    public const string JwksServiceEnrolmentToken = "JwksService:Partners:0:EnrolmentToken";

    /// <summary>The same token, as PartnerClient reads it.</summary>
    public const string PartnerClientEnrolmentToken = "PartnerClient:EnrolmentToken";

    /// <summary>File to which PartnerClient writes the report of its newest flow; none by default.</summary>
    public const string FlowReportFile = "PartnerClient:FlowReportFile";

    /// <summary>A setting's name as an environment variable.</summary>
    public static string ToEnvironmentVariable(string settingName) => settingName.Replace(":", "__", StringComparison.Ordinal);
}
