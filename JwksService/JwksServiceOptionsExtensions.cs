using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService;

internal static class JwksServiceOptionsExtensions
{
    public static void AddJwksServiceOptions(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<JwksServiceOptions>().BindConfiguration(JwksServiceOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<JwksServiceOptions>, JwksServiceOptionsValidator>();
    }
}
