using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.StandaloneTests;

/// <summary>Each failure is one sentence on standard error, nothing on standard output, exit code 1 and no process left.</summary>
[Collection(RunningStandalone.OneAtATime)]
public sealed class StandaloneFailureTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly FreePorts _ports = FreePorts.Find();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_taken_port_is_told_before_anything_starts()
    {
        using var otherProgram = FreePorts.Take(_ports.OrdersApi);

        var sentence = await FailAsync(_data.Path, "--once", "--json");

        Assert.Contains($"Port {_ports.OrdersApi}", sentence, StringComparison.Ordinal);
        Assert.Contains($"--port {ServiceNames.OrdersApi}=", sentence, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_data.FileNamed("logs")));
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_named()
    {
        var file = _data.FileNamed("file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var belowAFile = Path.Combine(file, "data");

        var sentence = await FailAsync(belowAFile, "--once", "--json");

        Assert.Contains(belowAFile, sentence, StringComparison.Ordinal);
        Assert.Contains("--data", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operators_key_that_cannot_be_opened_is_told_with_its_folder()
    {
        var folder = _data.FileNamed("operator");
        OperatorKey.EnsureCreated(folder);
        File.Delete(Path.Combine(folder, "registry-operator.password"));

        var sentence = await FailAsync(_data.Path, "--once", "--json");

        Assert.Contains("registry-operator.password", sentence, StringComparison.Ordinal);
        Assert.Contains($"delete {folder}", sentence, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, OperatorKey.FileName)));
    }

    [Fact]
    public async Task A_second_Standalone_on_the_same_data_directory_is_refused()
    {
        await using var first = RunningStandalone.Start(_data.Path, FreePorts.Find());
        await first.WaitForOutputAsync("Ctrl-C stops everything");

        var sentence = await FailAsync(_data.Path, "--once", "--json");

        Assert.Contains("in use by another Standalone", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_without_a_name_is_an_option_that_makes_no_sense()
    {
        Assert.Contains("--data", await FailAsync("", "--once"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_time_is_told_with_the_services_that_are_awaited()
    {
        var sentence = await FailAsync(_data.Path, "--once", "--json", "--timeout", "1");

        Assert.StartsWith("No flow reached the orders in 1 seconds: not healthy yet:", sentence, StringComparison.Ordinal);
        Assert.Contains(ServiceNames.PartnerClient, sentence, StringComparison.Ordinal);
        Assert.Contains(_data.FileNamed("logs"), sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_loss_of_the_key_it_says_how_to_start_anew()
    {
        await using (var first = RunningStandalone.Start(_data.Path, _ports, "--once", "--json"))
        {
            Assert.Equal(0, await first.WaitForExitAsync());
        }

        Directory.Delete(_data.FileNamed(ServiceNames.PartnerClient), recursive: true);
        var sentence = await FailAsync(_data.Path, "--once", "--json");

        Assert.Contains($"To start anew, delete {_data.Path}.", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--timeout", "5")]
    [InlineData("--once", "--timeout", "0")]
    [InlineData("--port", "no-such-service=4000")]
    [InlineData("--port", "jwks-service=70000")]
    public async Task An_option_that_makes_no_sense_is_named(params string[] options)
    {
        var sentence = await FailAsync(_data.Path, options);

        Assert.Contains(options.Last(option => option.StartsWith("--", StringComparison.Ordinal)), sentence, StringComparison.Ordinal);
    }

    private async Task<string> FailAsync(string dataDirectory, params string[] options)
    {
        await using var standalone = RunningStandalone.Start(dataDirectory, _ports, options);
        Assert.Equal(1, await standalone.WaitForExitAsync());
        Assert.Empty(standalone.Output);
        return Assert.Single(standalone.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
