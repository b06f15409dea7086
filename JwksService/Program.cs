using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.Jwks;
using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.JwksService;

/// <summary>The partner key registry: partners' public keys, each proven and published at an address of its partner's own.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => ServiceRunner.RunAsync(args, arguments => Build(arguments));

    /// <param name="configure">What a test changes, before the service's own set-up.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        builder.AddServiceDefaults(ServiceNames.JwksService);
        builder.AddJwksServiceOptions();
        builder.AddServiceDatabase<JwksDbContext>();
        builder.Services.AddPartnerKeys();
        builder.Services.AddEnrolment();
        builder.Services.AddSingleton<JwksServiceMetrics>();
        builder.Services.AddApiDescription();

        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapJwks();
        app.MapEnrolment();
        app.MapApiDescription();
        return app;
    }
}
