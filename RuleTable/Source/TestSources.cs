using System.Text.RegularExpressions;

namespace B2BAssertions.RuleTable.Source;

/// <summary>Which file a test class stands in.</summary>
internal sealed partial class TestSources(IReadOnlyDictionary<string, string> files)
{
    private const string Folder = "IntegrationTests/";

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace { get; }

    [GeneratedRegex(@"^[a-z ]*\bclass (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Class { get; }

    public static TestSources Read(string repository)
    {
        var files = new Dictionary<string, string>();
        foreach (var file in SourceFiles.Below(repository).Where(file => file.StartsWith(Folder, StringComparison.Ordinal)))
        {
            var text = File.ReadAllText(Path.Combine(repository, file));
            foreach (Match found in Class.Matches(text))
            {
                files.TryAdd($"{Namespace.Match(text).Groups["name"].Value}.{found.Groups["name"].Value}", file);
            }
        }

        return new TestSources(files);
    }

    /// <summary>Null for a class that is no type of its own in a file.</summary>
    public string? FileOf(string testClass) => files.GetValueOrDefault(testClass);
}
