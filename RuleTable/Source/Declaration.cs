using System.Text.RegularExpressions;

namespace B2BAssertions.RuleTable.Source;

/// <summary>Which member a comment belongs to, by the layout that the build enforces; the compiler is not needed for that.</summary>
internal static partial class Declaration
{
    [GeneratedRegex(@"^\s*(?:[a-z]+\s+)*(?:class|struct|interface|enum|record)\s")]
    private static partial Regex TypeDeclaration { get; }

    /// <summary>Members of the one type of a file stand four spaces in.</summary>
    [GeneratedRegex(@"^    (?:public|internal|protected|private)\s")]
    private static partial Regex MemberDeclaration { get; }

    [GeneratedRegex(@"(?<name>\w+)(?:<[^>()]*>)?\(")]
    private static partial Regex MethodName { get; }

    [GeneratedRegex(@"(?<name>\w+)\W*$")]
    private static partial Regex LastWord { get; }

    /// <summary>The member that a documentation comment stands before or that a comment stands within; null when it is a type.</summary>
    public static string? MemberAt(string[] lines, int comment)
    {
        if (lines[comment].TrimStart().StartsWith("///", StringComparison.Ordinal))
        {
            var next = Array.FindIndex(lines, comment + 1, line => !IsBeforeDeclaration(line.TrimStart()));
            return next < 0 ? null : NameIn(lines[next]);
        }

        var enclosing = Array.FindLastIndex(lines, comment, MemberDeclaration.IsMatch);
        return enclosing < 0 ? null : NameIn(lines[enclosing]);
    }

    private static bool IsBeforeDeclaration(string line) => line.Length == 0 || line.StartsWith("///", StringComparison.Ordinal) || line[0] == '[';

    private static string? NameIn(string declaration)
    {
        if (TypeDeclaration.IsMatch(declaration))
        {
            return null;
        }

        var head = declaration.Split('=', '{', ';')[0];
        var method = MethodName.Match(head);
        return (method.Success ? method : LastWord.Match(head)).Groups["name"] is { Success: true } name ? name.Value : null;
    }
}
