using B2BAssertions.AppHost.Settings;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Configuration;

using Xunit;

namespace B2BAssertions.IntegrationTests.AppHost;

/// <summary>What can be chosen when the AppHost starts.</summary>
public sealed class AppHostSettingsTests
{
    [Fact]
    public void By_default_nothing_but_the_SDK_is_needed()
    {
        var settings = Read();

        Assert.Equal(AuthorizationServerKind.Embedded, settings.AuthorizationServer);
        Assert.Equal(SystemAddresses.Default, settings.Addresses);
        Assert.False(settings.UsesPostgreSql);
        Assert.Equal(IssuerCustoms.None, settings.Customs);
        Assert.Equal(Path.Combine(".data", "apphost"), settings.Data);
        Assert.Equal("/tmp/elsewhere", Read(("DataDirectory", "/tmp/elsewhere")).Data);
    }

    [Fact]
    public void Curitys_customs_reach_the_client_and_the_API_as_their_options()
    {
        var settings = Read(("AuthorizationServer", "curity"));
        const string Issuer = "http://localhost:8443/oauth/v2/oauth-anonymous";

        var client = SystemSettings.ForPartnerClient(settings.Addresses, settings.Customs);
        var api = SystemSettings.ForOrdersApi(settings.Addresses, settings.Customs);

        Assert.Equal(Issuer, client["PartnerClient:Issuer"]);
        Assert.Equal("http://localhost:8443/oauth/v2/oauth-token", client["PartnerClient:TokenEndpoint"]);
        Assert.Equal("TokenEndpoint", client["PartnerClient:AssertionAudience"]);
        Assert.Equal("absent", client["PartnerClient:AssertionType"]);
        Assert.Equal(["0", "0"], [client["PartnerClient:Rotation:Every"], client["PartnerClient:Rotation:LookEvery"]]);
        Assert.Equal(Issuer, api["OrdersApi:Issuer"]);
        Assert.Equal("sub", api["OrdersApi:ClientIdClaim"]);
        Assert.Equal(["absent", "JWT"], [api["OrdersApi:ValidTypes:0"], api["OrdersApi:ValidTypes:1"]]);
    }

    [Theory]
    [InlineData("https://login.example.com")]
    [InlineData("https://login.example.com/realm/")]
    public void An_issuer_elsewhere_is_trusted_to_the_letter(string issuer)
    {
        var settings = Read(("AuthorizationServer", issuer));

        Assert.Equal(AuthorizationServerKind.Other, settings.AuthorizationServer);
        Assert.Equal(issuer, settings.Addresses.AuthorizationServer);
    }

    [Theory]
    [InlineData("AuthorizationServer", "Embedded")]
    [InlineData("AuthorizationServer", "login.example.com")]
    [InlineData("AuthorizationServer", "ftp://login.example.com")]
    [InlineData("AuthorizationServer", "https://login.example.com?tenant=1")]
    [InlineData("Storage", "oracle")]
    public void A_wrong_value_is_told_with_its_setting_and_what_is_expected(string setting, string value)
    {
        var exception = Assert.Throws<AppHostException>(() => Read((setting, value)));

        Assert.StartsWith($"{setting} is '{value}': expected '", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_published_has_the_addresses_of_its_network_and_a_shared_database()
    {
        var settings = Read(isPublishing: true);

        Assert.Equal(
            new SystemAddresses("http://authorization-server:8080", "http://jwks-service:8080", "http://orders-api:8080"), settings.Addresses);
        Assert.True(settings.UsesPostgreSql);
        Assert.True(settings.AllowsHttp);
    }

    [Fact]
    public void What_is_published_with_a_SQLite_file_for_each_replica_is_refused()
    {
        var exception = Assert.Throws<AppHostException>(() => Read(isPublishing: true, ("Storage", "sqlite")));

        Assert.StartsWith("Storage is 'sqlite': expected 'postgres'", exception.Message, StringComparison.Ordinal);
        Assert.False(Read(("Storage", "sqlite")).UsesPostgreSql);
    }

    [Fact]
    public void What_is_published_behind_TLS_accepts_no_plain_http()
    {
        var settings = Read(
            isPublishing: true,
            ("Addresses:AuthorizationServer", "https://login.example.com"),
            ("Addresses:JwksService", "https://keys.example.com"),
            ("Addresses:OrdersApi", "https://orders.example.com"));

        Assert.Equal("https://login.example.com", settings.Addresses.AuthorizationServer);
        Assert.False(settings.AllowsHttp);
    }

    [Fact]
    public void A_published_address_with_a_trailing_slash_is_refused() =>
        Assert.Contains(
            "Addresses:OrdersApi",
            Assert.Throws<AppHostException>(() => Read(isPublishing: true, ("Addresses:OrdersApi", "https://orders.example.com/"))).Message);

    private static AppHostSettings Read(params (string Name, string Value)[] settings) => Read(isPublishing: false, settings);

    private static AppHostSettings Read(bool isPublishing, params (string Name, string Value)[] settings) => AppHostSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, string? (setting) => setting.Value)).Build(),
        isPublishing);
}
