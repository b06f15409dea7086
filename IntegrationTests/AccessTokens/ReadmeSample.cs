using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>What README.md shows, compiled: <see cref="ReadmeTests"/> compares the two.</summary>
internal static class ReadmeSample
{
    public static HostApplicationBuilder Create(string[] args)
    {
        #region README
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddPartnerAccessTokens(builder.Configuration.GetSection("PartnerClient"));
        builder.Services.AddHttpClient("orders", http => http.BaseAddress = new Uri("https://api.example.com"))
            .AddPartnerAccessToken();
        builder.Services.AddHealthChecks().AddPartnerAccessTokens();
        #endregion
        return builder;
    }
}
