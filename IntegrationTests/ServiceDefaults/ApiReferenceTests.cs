using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

using Xunit;

namespace B2BAssertions.IntegrationTests.ServiceDefaultsTests;

/// <summary>The description of an API is open to anyone, so where partners reach the service it is served when that is asked for.</summary>
public sealed class ApiReferenceTests
{
    [Theory]
    [InlineData("Production", null, false)]
    [InlineData("Staging", null, false)]
    [InlineData("Production", "false", false)]
    [InlineData("Production", "true", true)]
    [InlineData("Development", null, true)]
    [InlineData("Development", "false", false)]
    public async Task It_is_served_in_Development_and_where_the_setting_says_so(string environment, string? setting, bool isServed)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { [SettingNames.ServeApiDescription] = setting });
        await using var app = builder.Build();

        app.MapApiDescription("Service under test");

        var patterns = ((IEndpointRouteBuilder)app).DataSources
            .SelectMany(source => source.Endpoints.OfType<RouteEndpoint>())
            .Select(endpoint => endpoint.RoutePattern.RawText!)
            .ToList();
        Assert.Equal(isServed, patterns.Exists(pattern => pattern.StartsWith("/openapi/", StringComparison.Ordinal)));
        Assert.Equal(isServed, patterns.Exists(pattern => pattern.StartsWith("/scalar", StringComparison.Ordinal)));
        Assert.Equal(isServed, patterns.Count > 0);
    }
}
