using System.Net;

using Microsoft.EntityFrameworkCore;

using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

[Trait("Rule", "KR-07")]
public abstract class ConfiguredPartnersTests(string provider) : RegistryTests(provider)
{
    private const string TokenSetting = "JwksService:Partners:0:EnrolmentToken";

    [Fact]
    public async Task A_restart_changes_nothing()
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        var before = await Registry.DumpAsync();
        var body = await GetBodyAsync();
        Registry.Time.Advance(TimeSpan.FromMinutes(1));
        await Registry.RestartAsync();
        Assert.Equal(before, await Registry.DumpAsync());
        Assert.Equal(body, await GetBodyAsync());
        await AssertRefusedAsync(HttpStatusCode.Unauthorized, "enrolment_token_used", _ => { });
    }

    [Fact]
    public async Task Name_and_algorithms_of_a_partner_follow_the_configuration()
    {
        Registry.Settings["JwksService:Partners:0:Name"] = "Renamed";
        Registry.Settings["JwksService:Partners:0:AllowedAlgorithms:0"] = "ES256";
        await Registry.RestartAsync();
        var partner = await Registry.QueryAsync(database =>
            database.Partners.SingleAsync(row => row.ClientId == Registry.Partner, Cancellation));
        Assert.Equal("Renamed", partner.Name);
        Assert.Equal(["ES256"], partner.AllowedAlgorithms);
    }

    [Fact]
    public async Task An_empty_setting_is_none()
    {
        Registry.Settings["JwksService:DefaultPartner"] = string.Empty;
        Registry.Settings[TokenSetting] = string.Empty;
        Registry.Settings["JwksService:Partners:1:EnrolmentToken"] = string.Empty;
        await Registry.RestartAsync();
        using var response = await Registry.Service.Client.GetAsync("/.well-known/jwks", Cancellation);
        await Registry.AssertProblemAsync(HttpStatusCode.NotFound, "no_default_partner", response);
        await AssertRefusedAsync(HttpStatusCode.Unauthorized, "enrolment_token_revoked", _ => { });
    }

    private Task<string> GetBodyAsync() => Registry.Service.Client.GetStringAsync("/.well-known/jwks", Cancellation);
}

public sealed class ConfiguredPartnersTestsOnSqlite() : ConfiguredPartnersTests(ServiceDatabase.Sqlite);

public sealed class ConfiguredPartnersTestsOnPostgreSql() : ConfiguredPartnersTests(ServiceDatabase.PostgreSql);
