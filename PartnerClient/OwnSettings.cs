namespace B2BAssertions.PartnerClient;

/// <summary>
/// Settings files are the client's own: an appsettings.json beside the executable, or in the folder that <c>--contentRoot</c> or
/// <c>DOTNET_CONTENTROOT</c> names. By the platform's default it would be one of the current folder, which for a command is any folder, such
/// as that of another application.
/// </summary>
internal static class OwnSettings
{
    /// <param name="args">The command line.</param>
    public static WebApplicationOptions From(string[] args) => new()
    {
        Args = args,
        ContentRootPath = IsFolderNamed(args) ? null : AppContext.BaseDirectory,
    };

    /// <summary>Then the platform takes that one.</summary>
    private static bool IsFolderNamed(string[] args) => !string.IsNullOrEmpty(new ConfigurationBuilder()
        .AddEnvironmentVariables("DOTNET_")
        .AddEnvironmentVariables("ASPNETCORE_")
        .AddCommandLine(args)
        .Build()[HostDefaults.ContentRootKey]);
}
