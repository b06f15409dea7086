using B2BAssertions.DatabaseDefaults;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.AuthorizationServer.Database;

internal static class AuthorizationDatabase
{
    /// <summary>The database of the settings, for the service and for its commands.</summary>
    public static void AddAuthorizationDatabase(this WebApplicationBuilder builder) =>
        builder.AddServiceDatabase<AuthorizationDbContext, SqliteAuthorizationDbContext, PostgreSqlAuthorizationDbContext>(
            options => options.UseOpenIddict().ConfigureWarnings(DatabaseFailure.LeaveToCaller));
}
