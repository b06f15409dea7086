using System.Xml.Linq;

namespace B2BAssertions.IntegrationTests.RuleTableTests;

/// <summary>A report as xunit writes it, with the tests that are added to it.</summary>
internal sealed class ReportMaker
{
    private readonly XElement _collection = new("collection");

    public XDocument Document => new(new XElement("assemblies", new XElement("assembly", new XAttribute("name", "IntegrationTests.dll"), _collection)));

    public ReportMaker Add(string testClass, string result, params string[] rules)
    {
        var test = new XElement(
            "test",
            new XAttribute("name", $"{testClass}.Some_rule_holds(row: {_collection.Elements().Count()})"),
            new XAttribute("type", testClass),
            new XAttribute("method", "Some_rule_holds"),
            new XAttribute("result", result),
            new XElement("traits", rules.Select(rule => new XElement("trait", new XAttribute("name", "Rule"), new XAttribute("value", rule)))));
        if (result == "Skip")
        {
            test.Add(new XElement("reason", "Needs a Docker engine"));
        }

        _collection.Add(test);
        return this;
    }
}
