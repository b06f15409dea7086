namespace B2BAssertions.RuleTable.Source;

/// <summary>Where a rule is enforced.</summary>
/// <param name="File">Path in the repository, with slashes.</param>
/// <param name="Member">The member beside whose code the rule is named; null when it is the type as a whole.</param>
internal sealed record Place(string File, string? Member)
{
    public string Service => File[..File.IndexOf('/', StringComparison.Ordinal)];

    public string Name => Member is null ? TypeName : $"{TypeName}.{Member}";

    /// <summary>A file holds one type and bears its name.</summary>
    private string TypeName => Path.GetFileNameWithoutExtension(File);
}
