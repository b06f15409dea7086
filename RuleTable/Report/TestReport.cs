using System.Xml;
using System.Xml.Linq;

namespace B2BAssertions.RuleTable.Report;

/// <summary>Reads the XML report of xunit, as the test program writes it by itself or under <c>dotnet test</c>.</summary>
internal static class TestReport
{
    private const string RuleTrait = "Rule";

    /// <summary>The tests that prove a rule. Explicit tests that nobody asked for did not run and prove nothing.</summary>
    public static IReadOnlyList<Proof> Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            // Test names hold data rows, and data rows of hostile input hold characters that XML does not allow.
            using var reader = XmlReader.Create(stream, new XmlReaderSettings { CheckCharacters = false });
            return Parse(XDocument.Load(reader));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or XmlException)
        {
            throw new RuleTableException(
                $"The report {file} cannot be read: {exception.Message} A whole run of the tests with --report-xunit-xml writes one.");
        }
    }

    public static IReadOnlyList<Proof> Parse(XDocument report)
    {
        // Such as a fixture that cannot be disposed of. No test failed by it, and yet nobody knows what the tests are worth.
        if (report.Descendants("error").FirstOrDefault() is { } error)
        {
            throw new RuleTableException(
                $"The run had errors beside its tests, so they prove nothing: {(string?)error.Attribute("type")} {(string?)error.Attribute("name")}: "
                + $"{error.Descendants("message").FirstOrDefault()?.Value.Trim()}");
        }

        return
        [
            .. report.Descendants("test")
                .Where(test => (string?)test.Attribute("result") != "NotRun")
                .Select(ToProof)
                .Where(test => test.Rules.Count > 0),
        ];
    }

    private static Proof ToProof(XElement test) => new(
        Attribute(test, "type"),
        Attribute(test, "name"),
        Attribute(test, "result") switch
        {
            "Pass" => Outcome.Passed,
            "Skip" => Outcome.Skipped,
            _ => Outcome.Failed,
        },
        [.. test.Elements("traits").Elements("trait")
            .Where(trait => Attribute(trait, "name") == RuleTrait)
            .Select(trait => Attribute(trait, "value"))
            .Distinct()],
        test.Element("reason")?.Value.Trim());

    private static string Attribute(XElement element, string name) => (string?)element.Attribute(name)
        ?? throw new RuleTableException($"The report has a <{element.Name}> without '{name}': is it xunit's own format (--report-xunit-xml)?");
}
