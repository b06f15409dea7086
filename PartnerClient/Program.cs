using B2BAssertions.PartnerClient.Commands;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient;

/// <summary>The worker that a partner runs: key pair, enrolment, assertion, token, orders; no endpoint but health. Beside it, commands.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.IsMeantBy(args)
        ? CommandLine.RunAsync(args)
        : ServiceRunner.RunAsync(CommandLine.SettingsOfWorker(args), arguments => Build(arguments));

    /// <param name="args">The command line.</param>
    /// <param name="configure">What a test changes; runs before the service adds its own parts.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(OwnSettings.From(args));
        configure?.Invoke(builder);
        builder.AddServiceDefaults(ServiceNames.PartnerClient);
        builder.Services.AddPartner(builder.Configuration).AddFlow();

        var app = builder.Build();
        app.UseServiceDefaults();
        return app;
    }
}
