using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Xunit;

namespace B2BAssertions.IntegrationTests.ServiceDefaultsTests;

/// <summary>How a service ends, and what it says when it cannot start.</summary>
public sealed class ServiceRunnerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ReservedAddress _address = new();

    public void Dispose()
    {
        _address.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_service_that_is_stopped_ends_with_exit_code_0() =>
        Assert.Equal(0, await RunAsync(builder => builder.Services.AddHostedService<StopsAtOnce>()));

    [Fact]
    public async Task A_service_whose_background_work_crashes_ends_with_exit_code_1() =>
        Assert.Equal(1, await RunAsync(builder => builder.Services.AddHostedService<Crashes>()));

    [Theory]
    [InlineData(SettingNames.AllowHttp, "perhaps")]
    [InlineData("urls", "localhost:5000")]
    [InlineData(SettingNames.DataDirectory, "/dev/null/data")]
    public async Task An_unusable_setting_ends_with_exit_code_1_and_no_exception(string setting, string value) =>
        Assert.Equal(1, await RunAsync(_ => { }, setting, value));

    [Theory]
    [InlineData("AuthorizationServer")]
    [InlineData("JwksService")]
    [InlineData("OrdersApi")]
    public async Task Too_few_open_files_are_said_so_and_no_stack_trace(string project)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is read from /proc, which only Linux has.");
        var environment = new Dictionary<string, string> { ["DOTNET_ROOT"] = BuiltExecutable.RuntimeRoot };

        var run = await Tool.RunAsync(
            "sh", _directory.Path, ["-c", "ulimit -n 128 && exec \"$0\"", BuiltExecutable.Of(project)], environment: environment);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("Cannot start. This process may open 128 files at once: expected 512 or more.", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite, "anyone may write")]
    [InlineData(UnixFileMode.GroupWrite, "a group may write")]
    public void A_data_directory_that_others_may_write_to_is_refused(UnixFileMode right, string why)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("File modes are Unix's.");
            return;
        }

        File.SetUnixFileMode(_directory.Path, File.GetUnixFileMode(_directory.Path) | right);

        var failure = Assert.Throws<StartupException>(() => DataDirectory.Create(_directory.Path));
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Contains("chmod 700", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_directory_of_another_user_is_refused_and_one_within_it_is_not()
    {
        ForeignFile.GiveAway(_directory.Path);

        var failure = Assert.Throws<StartupException>(() => DataDirectory.Create(_directory.Path));
        Assert.Contains($"belongs to another user (uid {ForeignFile.Stranger})", failure.Message, StringComparison.Ordinal);
        DataDirectory.Create(_directory.FileNamed("own"));
    }

    private Task<int> RunAsync(Action<WebApplicationBuilder> configure, string? setting = null, string? value = null) =>
        ServiceRunner.RunAsync([], _ =>
        {
            var builder = WebApplication.CreateBuilder();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { [SettingNames.DataDirectory] = _directory.Path });
            if (setting is null)
            {
                builder.WebHost.ConfigureKestrel(_address.ListenWith);
            }
            else
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { [setting] = value });
            }

            builder.AddServiceDefaults("service-under-test");
            configure(builder);
            return builder.Build().UseServiceDefaults();
        });

    private sealed class StopsAtOnce(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        }
    }

    private sealed class Crashes : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("A fault of the test's own.");
        }
    }
}
