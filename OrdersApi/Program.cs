using B2BAssertions.OrdersApi.Commands;
using B2BAssertions.OrdersApi.Database;
using B2BAssertions.OrdersApi.Orders;
using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.OrdersApi;

public static class Program
{
    public static Task<int> Main(string[] args) =>
        CommandLine.IsMeantBy(args) ? CommandLine.RunAsync(args) : ServiceRunner.RunAsync(args, arguments => Build(arguments));

    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        builder.AddServiceDefaults(ServiceNames.OrdersApi);
        builder.AddOrdersApiOptions();
        builder.AddResourceServer<OrdersApiOptions>(settings => settings.ToResourceServer());
        builder.AddOrdersDatabase();
        builder.Services.AddOrders();
        builder.AddApiDescription();

        var app = builder.Build();
        app.UseServiceDefaults();
        app.UseResourceServer();
        app.UsePartnerLimits();
        app.MapApiDescription();
        app.MapOrders();
        return app;
    }
}
