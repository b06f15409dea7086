namespace B2BAssertions.RuleTable.Table;

/// <summary>docs/security.md: written by hand but for what stands between two marks.</summary>
internal sealed class SecurityDocument(string repository)
{
    public const string Name = "docs/security.md";
    public const string WriteCommand = "dotnet run --project RuleTable -- --write";

    public const string Begin = $"<!-- From here to the end mark written by '{WriteCommand}': do not edit. -->\n";
    public const string End = "<!-- End of the table. -->\n";

    private string File { get; } = Path.Combine(repository, Name);

    /// <summary>Whether the table in the document is this one, to the letter.</summary>
    public bool Holds(string table)
    {
        var text = Read();
        return text == Replace(text, table);
    }

    public void Write(string table) => System.IO.File.WriteAllText(File, Replace(Read(), table));

    private string Read()
    {
        try
        {
            return System.IO.File.ReadAllText(File);
        }
        catch (IOException exception)
        {
            throw new RuleTableException($"{Name} cannot be read: {exception.Message}");
        }
    }

    private static string Replace(string text, string table)
    {
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? $"{text[..(begin + Begin.Length)]}\n{table}{text[end..]}"
            : throw new RuleTableException($"{Name} lacks the lines {Begin.Trim()} and {End.Trim()} between which the table belongs.");
    }
}
