using B2BAssertions.DatabaseDefaults;

namespace B2BAssertions.OrdersApi.Database;

internal static class OrdersDatabase
{
    /// <summary>EF Core seeds as the last step of the migration, under its lock: processes that start at once seed once.</summary>
    public static void AddOrdersDatabase(this WebApplicationBuilder builder)
    {
        var partners = builder.Configuration.GetSection(OrdersApiOptions.Section).Get<OrdersApiOptions>()?.SeedOrdersFor ?? [];
        builder.AddServiceDatabase<OrdersDbContext, SqliteOrdersDbContext, PostgreSqlOrdersDbContext>(options => options
            .UseAsyncSeeding((context, _, cancellationToken) => SampleOrders.AddToEmptyAsync(context, partners, cancellationToken)));
        builder.Services.AddExceptionHandler<DatabaseAway>();
    }
}
