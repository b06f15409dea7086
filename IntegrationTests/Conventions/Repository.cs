namespace B2BAssertions.IntegrationTests.Conventions;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] NotSources = ["obj", "bin", ".data"];

    public static string Folder { get; } = Find();

    public static IEnumerable<string> Sources() => Directory
        .EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !Folders(file).Any(NotSources.Contains) && !Folders(file).Contains("Migrations"));

    public static IEnumerable<string> ServiceSources() => Sources().Where(file => !Folders(file).Contains("IntegrationTests"));

    private static string[] Folders(string file) => Path.GetRelativePath(Folder, file).Split(Path.DirectorySeparatorChar);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "B2BAssertions.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
