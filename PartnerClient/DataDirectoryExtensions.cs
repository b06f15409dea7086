using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient;

internal static class DataDirectoryExtensions
{
    /// <summary>Where a file of the settings lies: a relative name is taken from the data directory.</summary>
    public static string Locate(this DataDirectory directory, string name) => Path.GetFullPath(name, directory.Path);
}
