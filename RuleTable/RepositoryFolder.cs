namespace B2BAssertions.RuleTable;

/// <summary>The repository that this command was built from, wherever its user stands.</summary>
internal static class RepositoryFolder
{
    public static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "B2BAssertions.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new RuleTableException("The command reads sources and tests: run it in the repository.");
    }
}
