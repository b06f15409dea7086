using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.Extensions.DependencyInjection;

using OpenIddict.EntityFrameworkCore.Models;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>What token requests can leave in the database of the authorization server; tokens and authorizations not even when they succeed.</summary>
internal sealed record StoredRows(int UsedAssertions, int Tokens, int Authorizations)
{
    public static StoredRows None { get; } = new(0, 0, 0);

    public static StoredRows Of(RunningService server)
    {
        using var scope = server.Services.CreateScope();
        var database = scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>();
        return new StoredRows(
            database.UsedAssertions.Count(),
            database.Set<OpenIddictEntityFrameworkCoreToken>().Count(),
            database.Set<OpenIddictEntityFrameworkCoreAuthorization>().Count());
    }
}
