using System.Xml.Linq;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.RuleTable;
using B2BAssertions.RuleTable.Report;

using Xunit;

namespace B2BAssertions.IntegrationTests.RuleTableTests;

public sealed class TestReportTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_test_is_read_with_its_result_and_every_rule_it_proves()
    {
        var test = Assert.Single(TestReport.Parse(new ReportMaker().Add("Tests.ReplayTestsOnSqlite", "Pass", "AS-10", "AS-14").Document));

        Assert.Equal(Outcome.Passed, test.Outcome);
        Assert.Equal(["AS-10", "AS-14"], test.Rules);
        Assert.Equal("Tests.ReplayTestsOnSqlite.Some_rule_holds(row: 0)", test.Name);
    }

    [Theory]
    [InlineData("Tests.ReplayTestsOnSqlite", "Tests.ReplayTests", false)]
    [InlineData("Tests.ReplayTestsOnPostgreSql", "Tests.ReplayTests", true)]
    [InlineData("Tests.ReplayTests", "Tests.ReplayTests", false)]
    public void The_name_of_a_class_tells_the_database(string ran, string written, bool onPostgreSql)
    {
        var test = Assert.Single(TestReport.Parse(new ReportMaker().Add(ran, "Pass", "AS-10").Document));

        Assert.Equal(written, test.WrittenClass);
        Assert.Equal(onPostgreSql, test.IsOnPostgreSql);
    }

    [Fact]
    public void A_skipped_test_says_why()
    {
        var test = Assert.Single(TestReport.Parse(new ReportMaker().Add("Tests.ReplayTests", "Skip", "AS-10").Document));

        Assert.Equal((Outcome.Skipped, "Needs a Docker engine"), (test.Outcome, test.Reason));
    }

    [Theory]
    [InlineData("Fail")]
    [InlineData("SomethingNew")]
    public void What_is_neither_passed_nor_skipped_has_failed(string result) => Assert.Equal(
        Outcome.Failed,
        Assert.Single(TestReport.Parse(new ReportMaker().Add("Tests.ReplayTests", result, "AS-10").Document)).Outcome);

    [Fact]
    public void Tests_that_did_not_run_or_prove_no_rule_are_left_out() => Assert.Empty(TestReport.Parse(
        new ReportMaker().Add("Tests.FuzzTests", "NotRun", "AS-15").Add("Tests.HelpTests", "Pass").Document));

    [Fact]
    public void A_run_with_errors_beside_its_tests_proves_nothing()
    {
        var report = new ReportMaker().Add("Tests.ReplayTests", "Pass", "AS-10").Document;
        report.Root!.Element("assembly")!.Add(XElement.Parse(
            "<errors><error type='collection-cleanup' name='Some servers'><failure><message>Still there</message></failure></error></errors>"));

        var exception = Assert.Throws<RuleTableException>(() => TestReport.Parse(report));

        Assert.EndsWith("collection-cleanup Some servers: Still there", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_is_away_is_told()
    {
        var exception = Assert.Throws<RuleTableException>(() => TestReport.Read(_directory.FileNamed("away.xml")));

        Assert.Contains("away.xml", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("<assemblies><test type='Tests.ReplayTests'/></assemblies>")]
    public void Another_format_is_told(string content)
    {
        var file = _directory.FileNamed("report");
        File.WriteAllText(file, content);

        var exception = Assert.Throws<RuleTableException>(() => TestReport.Read(file));

        Assert.Contains("--report-xunit-xml", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Attack rows hold such characters, and their text is part of the test's name.</summary>
    [Fact]
    public void A_name_with_characters_that_XML_does_not_allow_is_read()
    {
        var file = _directory.FileNamed("report.xml");
        var text = new ReportMaker().Add("Tests.ReplayTests", "Pass", "AS-10").Document.ToString(SaveOptions.DisableFormatting);
        File.WriteAllText(file, text.Replace("row: 0", "row: &#x0;&#xFFFE;", StringComparison.Ordinal));

        Assert.Contains('\0', Assert.Single(TestReport.Read(file)).Name);
    }
}
