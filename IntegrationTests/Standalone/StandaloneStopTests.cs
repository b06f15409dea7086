using System.Diagnostics;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.StandaloneTests;

/// <summary>Whatever way Standalone ends, its services end with it.</summary>
[Collection(RunningStandalone.OneAtATime)]
public sealed class StandaloneStopTests : IDisposable
{
    private const string Running = "Ctrl-C stops everything";

    private readonly TemporaryDirectory _data = new();
    private readonly FreePorts _ports = FreePorts.Find();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_killed_Standalone_leaves_no_service_behind()
    {
        StartedServices.SkipUnlessTheyCanBeFound();
        await using var standalone = RunningStandalone.Start(_data.Path, _ports);
        await standalone.WaitForOutputAsync(Running);
        var services = StartedServices.Of(_data.Path);
        Assert.Equal(4, services.Count);

        standalone.Kill();

        await StartedServices.WaitUntilNoneIsLeftAsync(services);
    }

    [Fact]
    public async Task A_request_to_terminate_stops_the_services_and_is_no_failure()
    {
        StartedServices.SkipUnlessTheyCanBeFound();
        await using var standalone = RunningStandalone.Start(_data.Path, _ports);
        await standalone.WaitForOutputAsync(Running);

        // By the shell, which has kill built in: not every system has it as a program.
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {standalone.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await standalone.WaitForExitAsync());
        Assert.Empty(standalone.Error);
        Assert.Empty(StartedServices.Of(_data.Path));
    }

    [Theory]
    [InlineData(ServiceNames.OrdersApi)]
    [InlineData(ServiceNames.PartnerClient)]
    public async Task A_service_that_dies_ends_Standalone_with_a_sentence_that_names_it(string serviceName)
    {
        StartedServices.SkipUnlessTheyCanBeFound();
        await using var standalone = RunningStandalone.Start(_data.Path, _ports);
        await standalone.WaitForOutputAsync(Running);

        using var service = Process.GetProcessById(StartedServices.Named(serviceName, _data.Path));
        service.Kill();

        Assert.Equal(1, await standalone.WaitForExitAsync());
        Assert.StartsWith($"{serviceName} ended with exit code 137", standalone.Error, StringComparison.Ordinal);
        Assert.Contains(_data.FileNamed($"logs/{serviceName}.log"), standalone.Error, StringComparison.Ordinal);
        Assert.Empty(StartedServices.Of(_data.Path));
    }

    [Fact]
    public async Task The_enrolment_token_is_in_no_log_and_on_no_command_line()
    {
        StartedServices.SkipUnlessTheyCanBeFound();
        await using var standalone = RunningStandalone.Start(_data.Path, _ports);
        await standalone.WaitForOutputAsync(Running);

        var variable = $"{SettingNames.ToEnvironmentVariable(SettingNames.PartnerClientEnrolmentToken)}=";
        var client = StartedServices.Named(ServiceNames.PartnerClient, _data.Path);
        var environment = await File.ReadAllTextAsync($"/proc/{client}/environ", TestContext.Current.CancellationToken);
        var token = environment.Split('\0').Single(entry => entry.StartsWith(variable, StringComparison.Ordinal))[variable.Length..];

        Assert.Equal(43, token.Length);
        Assert.DoesNotContain(token, standalone.Output, StringComparison.Ordinal);
        foreach (var service in StartedServices.Of(_data.Path))
        {
            var commandLine = await File.ReadAllTextAsync($"/proc/{service}/cmdline", TestContext.Current.CancellationToken);
            Assert.DoesNotContain(token, commandLine, StringComparison.Ordinal);
        }

        foreach (var log in Directory.GetFiles(_data.FileNamed("logs")))
        {
            using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            Assert.DoesNotContain(token, await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }
}
