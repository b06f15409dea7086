namespace B2BAssertions.AppHost.Publishing;

/// <summary>Folders of the services' containers.</summary>
internal static class ContainerFolders
{
    /// <summary>The home of the user of .NET's images: the one folder that is that user's, and so is a new volume that is mounted there.</summary>
    public const string Home = "/home/app";

    /// <summary>Where a service keeps files of its own; the rest of its file system is read-only.</summary>
    public const string Data = Home + "/b2bassertions";

    /// <summary>Where compose mounts secrets.</summary>
    public const string Secrets = "/run/secrets";

    public const string Temporary = "/tmp";
}
