using System.Text.Json;

using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.Conventions;

/// <summary>A service started by itself, or by the AppHost, is where the settings of the others look for it.</summary>
public sealed class LaunchProfileTests
{
    private const string PartnerClientAddress = "http://localhost:5003";

    public static TheoryData<string, string> Services => new()
    {
        { "JwksService", SystemAddresses.Default.JwksService },
        { "AuthorizationServer", SystemAddresses.Default.AuthorizationServer },
        { "OrdersApi", SystemAddresses.Default.OrdersApi },
        { "PartnerClient", PartnerClientAddress },
    };

    [Theory]
    [MemberData(nameof(Services))]
    public void The_http_profile_of_a_service_has_the_address_of_the_default_system(string project, string address)
    {
        var file = Path.Combine(Repository.Folder, project, "Properties", "launchSettings.json");
        using var settings = JsonDocument.Parse(File.ReadAllText(file));

        var profile = settings.RootElement.GetProperty("profiles").GetProperty("http");

        Assert.Equal(address, profile.GetProperty("applicationUrl").GetString());
    }
}
