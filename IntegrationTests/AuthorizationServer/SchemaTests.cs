using B2BAssertions.AuthorizationServer.Database;

using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

public sealed class SchemaTests
{
    /// <summary>No database is asked: the newest snapshot is compared with the model.</summary>
    [Fact]
    public void The_migrations_make_what_the_model_says()
    {
        using var sqlite = new SqliteAuthorizationDbContext.Factory().CreateDbContext([]);
        using var postgreSql = new PostgreSqlAuthorizationDbContext.Factory().CreateDbContext([]);

        Assert.All<AuthorizationDbContext>([sqlite, postgreSql], context =>
            Assert.False(context.Database.HasPendingModelChanges(), "Add a migration for each provider: see the contexts' factories."));
    }
}
