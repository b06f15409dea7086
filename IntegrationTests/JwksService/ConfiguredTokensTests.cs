using System.Net;

using Microsoft.EntityFrameworkCore;

using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>The enrolment tokens that are open are those of the configuration.</summary>
[Trait("Rule", "KR-07")]
public abstract class ConfiguredTokensTests(string provider) : RegistryTests(provider)
{
    private const string TokenSetting = "JwksService:Partners:0:EnrolmentToken";
    private const string NewToken = "a-new-token-of-partner-a-0123456789";

    [Fact]
    public async Task A_restart_does_not_make_a_token_live_longer()
    {
        Registry.Pass(TimeSpan.FromHours(23));
        await Registry.RestartAsync();
        Registry.Pass(TimeSpan.FromHours(1));
        await RefusedAsync("enrolment_token_expired", Registry.Token);
    }

    [Fact]
    public async Task A_newly_configured_token_replaces_the_unused_one()
    {
        await RestartWithAsync(NewToken);
        await RefusedAsync("enrolment_token_revoked", Registry.Token);
        Assert.Contains($"EnrolmentTokenRevoked: partner {Registry.Partner}, kid -, by Configuration configuration.", Logs(), StringComparison.Ordinal);
        await EnrolWithAsync(NewToken);
    }

    [Fact]
    public async Task A_token_taken_out_of_the_configuration_no_longer_works()
    {
        await RestartWithAsync(null);
        await RefusedAsync("enrolment_token_revoked", Registry.Token);
        Assert.Equal(1, await CountOpenTokensAsync());
    }

    [Fact]
    public async Task A_token_whose_partner_is_taken_out_of_the_configuration_no_longer_works()
    {
        await RestartWithoutOtherPartnerAsync();
        await Registry.AssertRefusedAsync(
            HttpStatusCode.Unauthorized, "enrolment_token_revoked", () => Registry.SubmitAsync(NewSubmissionOfOther()));
        await Registry.EnrolAsync(Registry.NewSubmission());
    }

    [Fact]
    public async Task A_partner_taken_out_of_the_configuration_keeps_its_keys()
    {
        await Registry.EnrolAsync(NewSubmissionOfOther());
        await RestartWithoutOtherPartnerAsync();
        Assert.Single(await Registry.GetKeysAsync(Registry.OtherPartner));
    }

    [Fact]
    public async Task A_rollback_leaves_the_configured_token_alone_open()
    {
        await RestartWithAsync(NewToken);
        await RestartWithAsync(Registry.Token);
        await RefusedAsync("enrolment_token_revoked", NewToken);
        Assert.Equal(2, await CountOpenTokensAsync());
        await EnrolWithAsync(Registry.Token);
    }

    [Fact]
    public async Task A_rollback_does_not_make_a_token_live_longer()
    {
        Registry.Pass(TimeSpan.FromHours(12));
        await RestartWithAsync(NewToken);
        Registry.Pass(TimeSpan.FromHours(12));
        await RestartWithAsync(Registry.Token);
        await RefusedAsync("enrolment_token_expired", Registry.Token);
    }

    [Fact]
    public async Task A_rollback_opens_no_token_of_a_partner_that_has_a_key()
    {
        await RestartWithAsync(NewToken);
        await EnrolWithAsync(NewToken);
        await RestartWithAsync(Registry.Token);
        await RefusedAsync("enrolment_token_revoked", Registry.Token);
    }

    [Fact]
    public async Task A_used_token_that_is_configured_again_stays_used()
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        await RestartWithAsync(null);
        await RestartWithAsync(Registry.Token);
        await RefusedAsync("enrolment_token_used", Registry.Token);
    }

    [Fact]
    public async Task A_newly_configured_token_is_not_stored_for_a_partner_that_has_a_key()
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        await RestartWithAsync(NewToken);
        await RefusedAsync("enrolment_token_invalid", NewToken);
    }

    [Fact]
    public async Task A_token_that_is_not_stored_changes_nothing_at_any_start()
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        var before = await Registry.DumpAsync();
        await RestartWithAsync(NewToken);
        await Registry.RestartAsync();
        Assert.Equal(before, await Registry.DumpAsync());
        Assert.Contains(
            $"The configured token of partner {Registry.Partner} is not used: the partner has a key already.", Logs(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_token_can_be_replaced_by_configuration()
    {
        Registry.Pass(TimeSpan.FromDays(2));
        await RestartWithAsync(NewToken);
        await EnrolWithAsync(NewToken);
    }

    [Fact]
    public async Task A_token_is_stored_as_its_hash_alone()
    {
        var token = await Registry.QueryAsync(database =>
            database.EnrolmentTokens.SingleAsync(row => row.ClientId == Registry.Partner, Cancellation));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Registry.Token)), token.TokenHash);
    }

    private Task RestartWithAsync(string? token)
    {
        Registry.Settings.Remove(TokenSetting);
        if (token is not null)
        {
            Registry.Settings[TokenSetting] = token;
        }

        return Registry.RestartAsync();
    }

    private Task RestartWithoutOtherPartnerAsync()
    {
        foreach (var member in new[] { "ClientId", "Name", "EnrolmentToken" })
        {
            Registry.Settings.Remove($"JwksService:Partners:1:{member}");
        }

        return Registry.RestartAsync();
    }

    private Submission NewSubmissionOfOther() =>
        new(PartnerKeyPair.NewEc(), Registry.OtherPartner, Registry.OtherToken, Registry.Time.GetUtcNow());

    /// <summary>Of both partners; the other one's is open in every test.</summary>
    private Task<int> CountOpenTokensAsync() => Registry.QueryAsync(database =>
        database.EnrolmentTokens.CountAsync(row => row.UsedAt == null && row.RevokedAt == null, Cancellation));

    private Task EnrolWithAsync(string token)
    {
        var submission = Registry.NewSubmission();
        submission.Token = token;
        return Registry.EnrolAsync(submission);
    }

    private string Logs() => string.Join('\n', Registry.Service.Logs.Lines);

    private Task RefusedAsync(string code, string token) => AssertRefusedAsync(HttpStatusCode.Unauthorized, code, it => it.Token = token);
}

public sealed class ConfiguredTokensTestsOnSqlite() : ConfiguredTokensTests(ServiceDatabase.Sqlite);

public sealed class ConfiguredTokensTestsOnPostgreSql() : ConfiguredTokensTests(ServiceDatabase.PostgreSql);
