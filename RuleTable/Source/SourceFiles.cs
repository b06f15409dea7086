namespace B2BAssertions.RuleTable.Source;

internal static class SourceFiles
{
    private static readonly string[] NotSources = ["bin", "obj", "Migrations"];

    /// <summary>Paths of the C# files in the repository, with slashes, in one order on every machine.</summary>
    public static IEnumerable<string> Below(string repository) => Directory
        .EnumerateFiles(repository, "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(repository, file).Replace(Path.DirectorySeparatorChar, '/'))
        .Where(file => file[0] != '.' && !file.Split('/').Any(NotSources.Contains))
        .Order(StringComparer.Ordinal);
}
