using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>Builds a service, as its Program.cs does; the second parameter adds what a test changes.</summary>
internal delegate WebApplication BuildService(string[] args, Action<WebApplicationBuilder>? configure);

/// <summary>A service on real Kestrel, on a port of its own, with a data directory of its own.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    /// <summary>So that tests of secrecy see what the worst configuration would log.</summary>
    public static readonly IReadOnlyDictionary<string, string> LogEverything = new Dictionary<string, string>
    {
        ["Logging:LogLevel:Default"] = "Trace",
        ["Logging:LogLevel:Microsoft"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Trace",
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "Trace",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Trace",
        ["Logging:LogLevel:OpenIddict"] = "Trace",
        ["Logging:LogLevel:Polly"] = "Trace",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Trace",
    };

    private readonly WebApplication _app;
    private readonly ServiceTime _time;

    private RunningService(WebApplication app, ServiceTime time, string address, RecordedLogs logs)
    {
        _app = app;
        _time = time;
        Address = address;
        Logs = logs;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
    }

    public string Address { get; }

    /// <summary>Everything the service logged, at every level.</summary>
    public RecordedLogs Logs { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningService> StartAsync(
        BuildService build,
        ReservedAddress address,
        string dataDirectory,
        IReadOnlyDictionary<string, string> settings,
        TimeProvider? timeProvider = null,
        Action<IServiceCollection>? configureServices = null)
    {
        var logs = new RecordedLogs();
        var time = new ServiceTime(timeProvider ?? TimeProvider.System);
        // A watched file costs each start and stop a few milliseconds, and no test changes appsettings.json.
        var app = build(["--hostBuilder:reloadConfigOnChange=false"], builder =>
        {
            builder.Configuration.AddInMemoryCollection(settings!);
            builder.Configuration.AddInMemoryCollection(LogEverything!);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                [SettingNames.DataDirectory] = dataDirectory,
                [SettingNames.AllowHttp] = "true",
            });
            builder.Logging.ClearProviders().AddProvider(logs);
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
            builder.WebHost.ConfigureKestrel(address.ListenWith);
            configureServices?.Invoke(builder.Services);
        });
        try
        {
            await app.StartAsync();
        }
        catch
        {
            time.End();
            await app.DisposeAsync();
            throw;
        }

        return new RunningService(app, time, address.Address, logs);
    }

    public bool IsStopped { get; private set; }

    public async ValueTask DisposeAsync()
    {
        if (IsStopped)
        {
            return;
        }

        IsStopped = true;
        Client.Dispose();
        await _app.StopAsync();
        _time.End();
        await _app.DisposeAsync();
    }
}
