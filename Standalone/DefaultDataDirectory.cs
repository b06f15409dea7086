namespace B2BAssertions.Standalone;

/// <summary><c>.data</c> in the repository, wherever in it the command is run; <c>.data</c> in the current folder elsewhere.</summary>
internal static class DefaultDataDirectory
{
    private const string Marker = "B2BAssertions.sln";
    private const string Name = ".data";

    public static string Find(string currentDirectory)
    {
        for (var folder = new DirectoryInfo(currentDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker)))
            {
                return Path.Combine(folder.FullName, Name);
            }
        }

        return Path.Combine(currentDirectory, Name);
    }
}
