using Microsoft.Extensions.Options;

namespace B2BAssertions.OrdersApi;

internal static class OptionsExtensions
{
    public static void AddOrdersApiOptions(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<OrdersApiOptions>, OrdersApiOptionsValidator>();
        builder.Services.AddOptions<OrdersApiOptions>().BindConfiguration(OrdersApiOptions.Section).ValidateOnStart();
    }
}
