using System.Net;

using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

[Trait("Rule", "KR-07")]
public sealed class ConfiguredPartnersTests : RegistryTests
{
    private const string TokenSetting = "JwksService:Partners:0:EnrolmentToken";
    private const string NewToken = "a-new-token-of-partner-a-0123456789";

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
        await RefusedAsync("enrolment_token_used", Registry.Token);
    }

    [Fact]
    public async Task A_restart_does_not_make_a_token_live_longer()
    {
        Registry.Time.Advance(TimeSpan.FromHours(23));
        await Registry.RestartAsync();
        Registry.Time.Advance(TimeSpan.FromHours(1));
        await RefusedAsync("enrolment_token_expired", Registry.Token);
    }

    [Fact]
    public async Task A_newly_configured_token_replaces_the_unused_one_for_good()
    {
        Registry.Settings[TokenSetting] = NewToken;
        await Registry.RestartAsync();
        await RefusedAsync("enrolment_token_revoked", Registry.Token);
        Registry.Settings[TokenSetting] = Registry.Token;
        await Registry.RestartAsync();
        await RefusedAsync("enrolment_token_revoked", Registry.Token);
        await EnrolWithAsync(NewToken);
    }

    [Fact]
    public async Task A_newly_configured_token_is_not_stored_for_a_partner_that_has_a_key()
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        Registry.Settings[TokenSetting] = NewToken;
        await Registry.RestartAsync();
        await RefusedAsync("enrolment_token_invalid", NewToken);
    }

    [Fact]
    public async Task An_expired_token_can_be_replaced_by_configuration()
    {
        Registry.Time.Advance(TimeSpan.FromDays(2));
        Registry.Settings[TokenSetting] = NewToken;
        await Registry.RestartAsync();
        await EnrolWithAsync(NewToken);
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
        await Registry.EnrolAsync(Registry.NewSubmission());
    }

    [Fact]
    public async Task A_token_is_stored_as_its_hash_alone()
    {
        var token = await Registry.QueryAsync(database =>
            database.EnrolmentTokens.SingleAsync(row => row.ClientId == Registry.Partner, Cancellation));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Registry.Token)), token.TokenHash);
    }

    private Task<string> GetBodyAsync() => Registry.Service.Client.GetStringAsync("/.well-known/jwks", Cancellation);

    private Task EnrolWithAsync(string token)
    {
        var submission = Registry.NewSubmission();
        submission.Token = token;
        return Registry.EnrolAsync(submission);
    }

    private Task RefusedAsync(string code, string token) => AssertRefusedAsync(HttpStatusCode.Unauthorized, code, it => it.Token = token);
}
