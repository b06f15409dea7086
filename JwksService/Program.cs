using B2BAssertions.JwksService.Access;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Commands;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.Jwks;
using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.JwksService.Partners;
using B2BAssertions.JwksService.Submission;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.JwksService;

/// <summary>The partner key registry: partners' public keys, each proven and published at an address of its partner's own.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) =>
        CommandLine.IsMeantBy(args) ? CommandLine.RunAsync(args) : ServiceRunner.RunAsync(args, arguments => Build(arguments));

    /// <param name="configure">What a test changes, before the service's own set-up.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        builder.AddServiceDefaults(ServiceNames.JwksService);
        builder.AddRegistry();

        var app = builder.Build();
        app.UseServiceDefaults();
        app.UseAccess();
        app.MapJwks();
        app.MapPartners();
        app.MapEnrolment();
        app.MapSubmission();
        app.MapKeys();
        app.MapAudit();
        app.MapApiDescription();
        return app;
    }
}
