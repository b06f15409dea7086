using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>Says at start which rules of the fetch the settings loosen.</summary>
internal sealed partial class LooserFetching(
    IOptions<AuthorizationServerOptions> options,
    IHostEnvironment environment,
    ILogger<LooserFetching> logger) : IHostedService
{
    private const string Section = $"{AuthorizationServerOptions.Section}:{nameof(AuthorizationServerOptions.ClientJwks)}";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value.ClientJwks;
        foreach (var host in settings.AllowedHosts)
        {
            Log.Loosened(logger, "JW-04", $"{Section}:{nameof(settings.AllowedHosts)}", host);
        }

        foreach (var network in settings.AllowedNetworks)
        {
            Log.Loosened(logger, "JW-04", $"{Section}:{nameof(settings.AllowedNetworks)}", network);
        }

        if (settings.LastGoodFor > ClientJwksOptions.DefaultLastGoodFor)
        {
            Log.Loosened(logger, "JW-03", $"{Section}:{nameof(settings.LastGoodFor)}", $"{settings.LastGoodFor}");
        }

        if (environment.IsDevelopment())
        {
            Log.LoopbackIsPermitted(logger);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Rule {Rule} is loosened by the setting {Setting}: {Value}.")]
        public static partial void Loosened(ILogger logger, string rule, string setting, string value);

        [LoggerMessage(LogLevel.Warning, "Rule JW-04 is loosened by the environment Development: a JwksUri may be on this machine.")]
        public static partial void LoopbackIsPermitted(ILogger logger);
    }
}
