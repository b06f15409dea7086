using B2BAssertions.DatabaseDefaults;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.AuthorizationServer.Database;

internal static class AuthorizationDatabase
{
    /// <summary>The database of the settings, for the service and for its commands.</summary>
    public static void AddAuthorizationDatabase(this WebApplicationBuilder builder) =>
        builder.AddServiceDatabase<AuthorizationDbContext, SqliteAuthorizationDbContext, PostgreSqlAuthorizationDbContext>(
            options => options.UseOpenIddict(),
            // Each token request writes down its assertion (AS-10).
            whenReadOnly: HealthStatus.Unhealthy);
}
