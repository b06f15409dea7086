using System.Text.RegularExpressions;

using Xunit;

namespace B2BAssertions.IntegrationTests.Conventions;

/// <summary>Each error a user can meet stands in docs/errors.md, and what stands there exists.</summary>
public sealed partial class ErrorCodeTests
{
    /// <summary>How the services write a code: the first snake_case argument of a fault, a failure or a problem, or a case of a code switch.</summary>
    [GeneratedRegex(
        """(?:(?<!AccessToken)Fault|Failure|Create|Permanent|Transient|Temporary|Unauthorized|BadRequest|BadProof|Failed|TokenInvalid|Refuse\w*|RequestRefusal)\(\s*(?:[\w.]+,\s*)*"(?<code>[a-z]+(?:_[a-z]+)+)"|=>\s*"(?<code>[a-z]+(?:_[a-z]+)+)",?\s*$""",
        RegexOptions.Multiline)]
    private static partial Regex CodeInSource { get; }

    [GeneratedRegex("`(?<code>[a-z]+(?:_[a-z]+)+)`")]
    private static partial Regex CodeInDocument { get; }

    [Fact]
    public void Every_code_in_the_source_is_documented()
    {
        var documented = DocumentedCodes();
        var used = Repository.ServiceSources().SelectMany(file => Codes(CodeInSource, File.ReadAllText(file))).ToHashSet();

        Assert.True(used.Count > 50, $"Only {used.Count} codes found: does the pattern still fit how codes are written?");
        Assert.Empty(used.Except(documented).Order());
    }

    [Fact]
    public void Every_documented_code_is_in_the_source()
    {
        var sources = string.Concat(Repository.ServiceSources().Select(File.ReadAllText));

        Assert.Empty(DocumentedCodes().Where(code => !sources.Contains($"\"{code}\"", StringComparison.Ordinal)).Order());
    }

    /// <summary>The first column of the document's tables.</summary>
    private static HashSet<string> DocumentedCodes() => File.ReadLines(Path.Combine(Repository.Folder, "docs", "errors.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .SelectMany(line => Codes(CodeInDocument, line.Split('|')[1]))
        .ToHashSet();

    private static HashSet<string> Codes(Regex pattern, string text) =>
        [.. pattern.Matches(text).Select(match => match.Groups["code"].Value)];
}
