using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// Ends the service with the process that started it, however that one ended: a killed supervisor cannot stop its children, but the
/// system closes the pipe that is their standard input.
/// </summary>
internal sealed class StopWhenStandardInputCloses(IConfiguration configuration, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!configuration.GetValue<bool>(SettingNames.StopWhenStandardInputCloses))
        {
            return;
        }

        // A read of standard input cannot be cancelled: its thread is left behind when the host stops first.
        var closed = Task.Factory.StartNew(ReadToEnd, stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(closed, Task.Delay(Timeout.Infinite, stoppingToken));
        lifetime.StopApplication();
    }

    private static void ReadToEnd()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
        }
    }
}
