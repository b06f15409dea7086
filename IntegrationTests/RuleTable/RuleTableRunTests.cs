using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.RuleTable;
using B2BAssertions.RuleTable.Table;

using Xunit;

namespace B2BAssertions.IntegrationTests.RuleTableTests;

/// <summary>The command with the report of a run, in a small repository in which each rule of access tokens is proved.</summary>
public sealed class RuleTableRunTests : IDisposable
{
    private const int Width = 120;
    private const string Tests = "B2BAssertions.IntegrationTests.TokenTests.AccessTokenTests";

    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private ReportMaker _report = AllButTheLast().Add(Tests, "Pass", "AT-05");

    public RuleTableRunTests()
    {
        Write("AuthorizationServer/Token.cs", "// AT-01 AT-02 AT-03 AT-04 AT-05");
        Write("IntegrationTests/Token/AccessTokenTests.cs", "namespace B2BAssertions.IntegrationTests.TokenTests;\n\npublic abstract class AccessTokenTests;");
        Write(SecurityDocument.Name, $"Before.\n\n{SecurityDocument.Begin}{SecurityDocument.End}\nAfter.\n");
    }

    private string Document => File.ReadAllText(Path.Combine(_directory.Path, SecurityDocument.Name));

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Every_rule_is_a_line_and_the_last_line_sums_up()
    {
        Assert.True(await RunAsync());

        var lines = _output.ToString().ReplaceLineEndings("\n").Trim().Split('\n');
        Assert.Equal(["AT-01", "AT-02", "AT-03", "AT-04", "AT-05"], lines[1..6].Select(line => line[..5]));
        Assert.Matches(@"^AT-04 .* Token +2 +passed +passed$", lines[4]);
        Assert.Equal("5 rules: 5 proved, 0 not proved, 0 open", lines[^1]);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task A_written_document_is_current_and_keeps_what_was_written_by_hand()
    {
        Assert.False(await RunAsync(check: true));
        Assert.Contains(SecurityDocument.WriteCommand, _error.ToString(), StringComparison.Ordinal);

        Assert.True(await RunAsync(write: true));

        Assert.True(await RunAsync(check: true));
        Assert.StartsWith("Before.\n", Document, StringComparison.Ordinal);
        Assert.EndsWith("\nAfter.\n", Document, StringComparison.Ordinal);
        Assert.Contains(
            "| [Token](../AuthorizationServer/Token.cs) | [AccessTokenTests](../IntegrationTests/Token/AccessTokenTests.cs) | passed | passed |\n",
            Document,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_data_row_leaves_the_document_current_and_another_class_does_not()
    {
        await RunAsync(write: true);

        _report.Add(Tests, "Pass", "AT-01");
        Assert.True(await RunAsync(check: true));

        _report.Add("B2BAssertions.IntegrationTests.TokenTests.OtherTests", "Pass", "AT-01");
        Assert.False(await RunAsync(check: true));
        Assert.Contains("out of date", _error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Two processes on one database server have no counterpart on SQLite.</summary>
    [Fact]
    public async Task A_class_for_one_database_alone_is_linked_under_its_whole_name()
    {
        Write("IntegrationTests/Token/Two.cs", "namespace B2BAssertions.IntegrationTests.TokenTests;\n\npublic sealed class TwoOnPostgreSql;");
        _report.Add("B2BAssertions.IntegrationTests.TokenTests.TwoOnPostgreSql", "Pass", "AT-04");

        Assert.True(await RunAsync(write: true));

        Assert.Contains("[TwoOnPostgreSql](../IntegrationTests/Token/Two.cs)", Document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_moved_makes_the_document_stale()
    {
        await RunAsync(write: true);

        Write("AuthorizationServer/Other.cs", "// AT-02");

        Assert.False(await RunAsync(check: true));
    }

    [Theory]
    [InlineData("Fail")]
    [InlineData("Skip")]
    public async Task A_rule_that_is_not_proved_fails_the_run_whether_the_document_says_so_or_not(string result)
    {
        _report.Add(Tests, result, "AT-02");

        Assert.False(await RunAsync());
        Assert.False(await RunAsync(write: true));
        Assert.False(await RunAsync(check: true));

        Assert.StartsWith("AT-02: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("NOT PROVED", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistyped_trait_fails_the_run_twice()
    {
        _report = AllButTheLast().Add(Tests, "Pass", "AT-50");

        Assert.False(await RunAsync());

        Assert.Contains("AT-05: no test", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("AT-50: ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_without_the_marks_is_told()
    {
        Write(SecurityDocument.Name, "Nothing.");

        var exception = await Assert.ThrowsAsync<RuleTableException>(() => RunAsync(write: true));

        Assert.Contains("lacks the lines", exception.Message, StringComparison.Ordinal);
    }

    private static ReportMaker AllButTheLast() => new ReportMaker()
        .Add(Tests, "Pass", "AT-01", "AT-02", "AT-03")
        .Add($"{Tests}OnSqlite", "Pass", "AT-04")
        .Add($"{Tests}OnPostgreSql", "Pass", "AT-04");

    private async Task<bool> RunAsync(bool write = false, bool check = false)
    {
        var report = _directory.FileNamed("report.xml");
        await File.WriteAllTextAsync(report, _report.Document.ToString(), TestContext.Current.CancellationToken);
        return await new RuleTableRun(_directory.Path, new RuleTableOptions(report, ["AT"], write, check), Width, _output, _error)
            .RunAsync(TestContext.Current.CancellationToken);
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(_directory.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
