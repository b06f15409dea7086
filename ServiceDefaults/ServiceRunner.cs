using System.Globalization;
using System.Net.Sockets;

using B2BAssertions.KeyFiles;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace B2BAssertions.ServiceDefaults;

/// <summary>Runs a service until it is told to stop; what keeps it from starting is said in one sentence.</summary>
public static partial class ServiceRunner
{
    private const int Stopped = 0;
    private const int Failed = 1;

    /// <summary>With fewer .NET cannot open all of the program's files, and says that some are missing; each connection takes one too.</summary>
    private const int FewestOpenFiles = 512;

    /// <returns>Exit code: 0 stopped as asked, 1 could not start or ended by a fault of its own.</returns>
    public static async Task<int> RunAsync(string[] args, Func<string[], WebApplication> build)
    {
        if (OpenFilesAllowed() is { } allowed and < FewestOpenFiles)
        {
            return Fail(
                $"Cannot start. This process may open {allowed} files at once: expected {FewestOpenFiles} or more. Raise the limit: 'ulimit -n' in a shell, "
                + "LimitNOFILE= of a systemd unit, --ulimit nofile= of a container.");
        }

        WebApplication? app = null;
        try
        {
            app = build(args);
            await app.StartAsync();
            await app.WaitForShutdownAsync();
            return HowItEnded(app);
        }
        catch (OperationCanceledException) when (app?.Lifetime.ApplicationStopping.IsCancellationRequested == true)
        {
            // Told to stop, or stopped by a crash, while it was still starting.
            return HowItEnded(app);
        }
        catch (Exception exception) when (WhyItCannotStart(exception) is { } reason)
        {
            return Fail($"Cannot start. {reason}");
        }
        finally
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }
        }
    }

    /// <summary>Does one thing with a service that is built and not started.</summary>
    /// <returns>Exit code: 0 done, 1 it could not be done; the writer got one sentence.</returns>
    public static async Task<int> RunOnceAsync(Func<WebApplication> build, Func<WebApplication, Task> work, TextWriter error)
    {
        try
        {
            await using var app = build();
            await work(app);
            return Stopped;
        }
        catch (Exception exception) when (WhyItCannotStart(exception) is { } reason)
        {
            await error.WriteLineAsync(reason);
            return Failed;
        }
    }

    /// <summary>Null where there is no such limit, or it is not told.</summary>
    private static int? OpenFilesAllowed()
    {
        const string Limit = "Max open files";
        return OperatingSystem.IsLinux()
            && Array.Find(File.ReadAllLines("/proc/self/limits"), line => line.StartsWith(Limit, StringComparison.Ordinal)) is { } line
            && int.TryParse(
                line[Limit.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out var allowed)
            ? allowed
            : null;
    }

    private static int HowItEnded(WebApplication app) => CrashOf(app) is { } crash ? Fail(app, crash) : Stopped;

    /// <summary>The host stops when a background service crashes, but ends as if it had been asked to.</summary>
    private static AggregateException? CrashOf(WebApplication app) => app.Services.GetServices<IHostedService>()
        .OfType<BackgroundService>()
        .Select(service => service.ExecuteTask)
        .FirstOrDefault(task => task is { IsFaulted: true })?.Exception;

    /// <summary>One sentence for what an operator can mend; null for what is a fault of the program and deserves its stack trace.</summary>
    private static string? WhyItCannotStart(Exception exception) => exception switch
    {
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
        StartupException startup => startup.Message,
        // The configuration binder's sentence names the setting and the type it expects.
        InvalidOperationException { InnerException: FormatException } unreadable => unreadable.Message,
        FormatException address => $"ASPNETCORE_URLS or --urls: {address.Message} Expected an address such as http://localhost:5000.",
        SocketException => CannotListen(exception),
        IOException { InnerException: AddressInUseException or AggregateException or SocketException } => CannotListen(exception),
        _ => null,
    };

    private static string CannotListen(Exception exception) =>
        $"{exception.Message} Stop the program that uses the port, or set ASPNETCORE_URLS to an address and a port that this user may listen on.";

    private static int Fail(string reason)
    {
        Console.Error.WriteLine(reason);
        return Failed;
    }

    private static int Fail(WebApplication app, Exception crash)
    {
        Log.Crashed(app.Logger, crash);
        return Failed;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "The service ended by a fault of its own.")]
        public static partial void Crashed(ILogger logger, Exception exception);
    }
}
