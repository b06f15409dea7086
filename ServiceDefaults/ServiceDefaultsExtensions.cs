using System.Text.Json;
using System.Text.Json.Serialization;

using B2BAssertions.ServiceDefaults.Proxies;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace B2BAssertions.ServiceDefaults;

/// <summary>What every service does alike: one call to add it, one to use it.</summary>
public static class ServiceDefaultsExtensions
{
    private const long MaxRequestBodyBytes = 64 * 1024;

    /// <summary>How long a stopping service may take to end the requests under way.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);

    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string serviceName)
    {
        builder.Configuration.AddSecretFiles();
        AddDefaultLogLevels(builder);
        var shutdownDelay = Draining.DelayIn(builder.Configuration);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(DataDirectory.Open(builder.Configuration, serviceName));
        builder.AddTelemetry(serviceName);
        builder.Services.AddLogSecrecy();
        builder.Services.AddHealthChecks();
        builder.Services.AddKnownProxies();
        builder.Services.AddServiceHttpClients(builder.Configuration, serviceName);
        builder.Services.AddServiceProblemDetails();
        builder.Services.AddExceptionHandler<ClientDisconnect>();
        builder.Services.AddTransient<IStartupFilter, HeadAsGet>();
        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = MaxRequestBodyBytes;
        });
        builder.Services.ConfigureHttpJsonOptions(options => BeStrict(options.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout + shutdownDelay);
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<Draining>(services, shutdownDelay));
        builder.Services.AddHostedService<StopWhenStandardInputCloses>();
        return builder;
    }

    /// <summary>
    /// What a command that stands beside a service shares with it, and nothing more: nothing listens, no folder is made, and no log but the
    /// command's own is written.
    /// </summary>
    public static WebApplicationBuilder AddCommandDefaults(this WebApplicationBuilder builder, string serviceName)
    {
        builder.Configuration.AddSecretFiles();
        builder.Logging.ClearProviders();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(DataDirectory.Locate(builder.Configuration, serviceName));
        builder.Services.AddLogSecrecy();
        builder.Services.AddServiceHttpClients(builder.Configuration, serviceName);
        return builder;
    }

    /// <summary>The sender of each request, problem details for every error, and the health endpoints.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        HttpAddress.WarnIfHttpIsAllowed(app);
        app.UseKnownProxies();
        Draining.Use(app);
        app.UseExceptionHandler(Problems.ExceptionHandling);
        app.UseRefusalOfUnreadableRequests();
        app.UseStatusCodePages();
        app.MapHealth();
        return app;
    }

    /// <summary>A misspelt, missing, null or repeated member of a request is refused, never guessed at, and so is a number sent as text.</summary>
    private static void BeStrict(JsonSerializerOptions options)
    {
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
    }

    /// <summary>Lowest in precedence, so that configuration can turn any of them up or down.</summary>
    private static void AddDefaultLogLevels(WebApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                // Named, because the console logger drops the options below when no formatter is named.
                ["Logging:Console:FormatterName"] = ConsoleFormatterNames.Simple,
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft"] = "Warning",
                // The service that keeps keys says itself, in terms of its settings, when they are not encrypted or do not open.
                ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Critical",
                // Health says what is wrong, once and not with every probe.
                ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
                // ServiceRunner says what keeps a service from starting, in one sentence, and what ended it.
                ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
                ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
                ["Logging:LogLevel:OpenIddict"] = "Warning",
                ["Logging:LogLevel:Polly"] = "Warning",
                ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
            },
        });
        builder.Services.Configure<SimpleConsoleFormatterOptions>(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            options.UseUtcTimestamp = true;
        });
    }
}
