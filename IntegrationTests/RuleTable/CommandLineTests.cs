using B2BAssertions.RuleTable;

using Xunit;

namespace B2BAssertions.IntegrationTests.RuleTableTests;

public sealed class CommandLineTests : IDisposable
{
    private readonly StringWriter _error = new();
    private readonly List<RuleTableOptions> _runs = [];

    public void Dispose() => _error.Dispose();

    [Fact]
    public async Task Without_options_every_section_is_run_and_nothing_is_written()
    {
        Assert.Equal(0, await RunAsync());

        var options = Assert.Single(_runs);
        Assert.Equal((null, false, false), (options.Report, options.Write, options.Check));
        Assert.Empty(options.Sections);
    }

    [Fact]
    public async Task Several_sections_can_be_named()
    {
        Assert.Equal(0, await RunAsync("--only", "AS", "JW"));

        Assert.Equal(["AS", "JW"], Assert.Single(_runs).Sections);
    }

    [Theory]
    [InlineData("--write")]
    [InlineData("--check")]
    public async Task Some_sections_are_never_compared_with_the_whole_document(string option)
    {
        Assert.Equal(1, await RunAsync("--only", "AS", option));

        Assert.Empty(_runs);
        Assert.Contains("--only does not go with", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--only", "XX")]
    [InlineData("--chekc")]
    public async Task What_is_mistyped_runs_nothing(params string[] args)
    {
        Assert.Equal(1, await RunAsync(args));

        Assert.Empty(_runs);
        Assert.NotEmpty(_error.ToString());
    }

    private Task<int> RunAsync(params string[] args) => CommandLine.RunAsync(
        args,
        (options, _) =>
        {
            _runs.Add(options);
            return Task.FromResult(0);
        },
        _error);
}
