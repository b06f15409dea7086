using B2BAssertions.KeyFiles;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// A service that is told to stop first says so at <c>/health</c> and serves on for a while: proxies then send nothing new when its listener
/// closes. A token request that meets a closing connection must not be sent again, since its assertion may be used up (AS-10).
/// </summary>
/// <param name="delay">How long it serves on.</param>
internal sealed class Draining(TimeSpan delay, IHostApplicationLifetime lifetime, TimeProvider time) : IHostedLifecycleService
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <exception cref="StartupException">The setting is out of bounds.</exception>
    public static TimeSpan DelayIn(IConfiguration configuration)
    {
        var delay = configuration.GetValue<TimeSpan>(SettingNames.ShutdownDelay);
        return delay >= TimeSpan.Zero && delay <= Longest
            ? delay
            : throw new StartupException($"{SettingNames.ShutdownDelay} is '{delay:c}': expected a time from 00:00:00 (the default) to {Longest:c}.");
    }

    /// <summary>Before the rest of the pipeline, so that no answer keeps a connection open that is about to end.</summary>
    public static void Use(WebApplication app) => app.Use((context, next) =>
    {
        if (!app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return next(context);
        }

        context.Connection.RequestClose();
        if (!context.Request.Path.StartsWithSegments(HealthPaths.Health))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync("Stopping", context.RequestAborted);
    });

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Whoever stops the host without its lifetime has it stop all the same.
        lifetime.StopApplication();
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
