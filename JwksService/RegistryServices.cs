using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Access;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.Jwks;
using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.JwksService.Partners;
using B2BAssertions.JwksService.Submission;

namespace B2BAssertions.JwksService;

/// <summary>This service's own parts, feature by feature.</summary>
internal static class RegistryServices
{
    public static void AddRegistry(this WebApplicationBuilder builder)
    {
        builder.AddJwksServiceOptions();

        // The check is DatabaseReach: /health is open to anyone and must not take connections.
        builder.AddServiceDatabase<JwksDbContext, SqliteJwksDbContext, PostgreSqlJwksDbContext>(whenUnreachable: null);
        builder.AddAccess();
        builder.Services.AddSingleton<JwksServiceMetrics>();
        builder.Services.AddJwks();
        builder.Services.AddPartners();
        builder.Services.AddEnrolment();
        builder.Services.AddSubmission();
        builder.Services.AddScoped<KeyLifecycle>();
        builder.Services.AddScoped<AuditTrail>();
        builder.Services.AddApiDescription();
    }
}
