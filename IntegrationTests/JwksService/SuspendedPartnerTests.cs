using System.Net;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>A suspended partner changes nothing and publishes nothing; an operator still acts, and nothing is lost.</summary>
[Trait("Rule", "KR-07")]
public abstract class SuspendedPartnerTests(string provider) : RegistryTests(provider)
{
    private const string Jwks = $"/partners/{Registry.Partner}/.well-known/jwks";

    private string _active = string.Empty;
    private string _pending = string.Empty;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _active = await Registry.EnrolFirstKeyAsync();
        _pending = await Registry.AddKeyAsync();
    }

    [Fact]
    public async Task It_changes_none_of_its_keys()
    {
        await SuspendAsync();
        await RefusedAsync(() => Registry.RetireAsync(_active));
        await RefusedAsync(() => Registry.RevokeAsync(_pending));
        await RefusedAsync(() => Registry.ActivateAsync(_pending));
    }

    [Fact]
    public async Task It_submits_no_key_with_its_access_token()
    {
        await SuspendAsync();
        await SubmissionRefusedAsync(Registry.NewOwnSubmission());
    }

    [Fact]
    public async Task It_submits_no_key_with_an_enrolment_token_which_is_not_used_up()
    {
        var submission = Registry.NewSubmission();
        await SuspendAsync();
        submission.Token = await Registry.NewTokenAsync();
        await SubmissionRefusedAsync(submission);
        Assert.Equal(StatusCodes.Status200OK, (await Registry.ResumeAsync()).Status);
        await Registry.EnrolAsync(submission);
    }

    [Fact]
    [Trait("Rule", "KR-09")]
    public async Task Its_open_enrolment_tokens_are_revoked_for_good_and_the_trail_tells_it()
    {
        var submission = Registry.NewSubmission();
        submission.Token = await Registry.NewTokenAsync();
        await SuspendAsync();
        var records = await Registry.Service.Client.GetAuditAsync(Registry.Partner, Registry.OperatorToken().Make());
        Assert.Equal(["partnerSuspended", "enrolmentTokenRevoked"], records.TakeLast(2).Select(record => (string?)record["action"]));
        Assert.Equal(StatusCodes.Status200OK, (await Registry.ResumeAsync()).Status);
        await Registry.AssertRefusedAsync(HttpStatusCode.Unauthorized, "enrolment_token_revoked", () => Registry.SubmitAsync(submission));
        await Registry.EnrolAsync(Registry.NewOthersSubmission());
    }

    [Fact]
    public async Task Another_partner_goes_on_as_before()
    {
        await SuspendAsync();
        await Registry.EnrolAsync(Registry.NewOthersSubmission());
        Assert.Single(await Registry.GetKeysAsync(Registry.OtherPartner));
    }

    [Fact]
    public async Task An_operator_still_changes_its_keys()
    {
        await SuspendAsync();
        Assert.Equal(StatusCodes.Status200OK, (await Registry.ActivateAsync(_pending, Registry.OperatorToken())).Status);
        Assert.Equal(StatusCodes.Status200OK, (await Registry.RetireAsync(_pending, token: Registry.OperatorToken())).Status);
        Assert.Equal(StatusCodes.Status200OK, (await Registry.RevokeAsync(_active, Registry.OperatorToken())).Status);
        Assert.NotEmpty(await Registry.NewTokenAsync());
        Assert.Empty(await Registry.GetKeysAsync(Registry.Partner));
    }

    [Fact]
    [Trait("Rule", "KR-02")]
    public async Task Its_key_set_is_empty_at_once_and_whole_again_when_it_is_resumed()
    {
        var before = await ReadSetAsync();
        await SuspendAsync();
        var meanwhile = await ReadSetAsync();
        Assert.Equal(StatusCodes.Status200OK, (await Registry.ResumeAsync()).Status);
        var after = await ReadSetAsync();

        Assert.Contains(_active, before.Body, StringComparison.Ordinal);
        Assert.Equal("""{"keys":[]}""", meanwhile.Body);
        Assert.NotEqual(before.ETag, meanwhile.ETag);
        Assert.Equal(before.Body, after.Body);
    }

    [Fact]
    [Trait("Rule", "KR-02")]
    public async Task Who_has_the_set_from_before_is_told_that_it_is_another()
    {
        var before = await ReadSetAsync();
        await SuspendAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Jwks);
        request.Headers.TryAddWithoutValidation("If-None-Match", before.ETag);
        using var response = await Registry.Service.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<(string Body, string ETag)> ReadSetAsync()
    {
        using var response = await Registry.Service.Client.GetAsync(Jwks, Cancellation);
        return (await response.Content.ReadAsStringAsync(Cancellation), $"{response.Headers.ETag}");
    }

    private async Task SuspendAsync() => Assert.Equal(StatusCodes.Status200OK, (await Registry.SuspendAsync()).Status);

    private Task RefusedAsync(Func<Task<ApiAnswer>> change) =>
        Registry.AssertRefusedAsync(HttpStatusCode.Forbidden, "partner_suspended", change);

    private Task SubmissionRefusedAsync(Submission submission) =>
        Registry.AssertRefusedAsync(HttpStatusCode.Forbidden, "partner_suspended", () => Registry.SubmitAsync(submission));
}

public sealed class SuspendedPartnerTestsOnSqlite() : SuspendedPartnerTests(ServiceDatabase.Sqlite);

public sealed class SuspendedPartnerTestsOnPostgreSql() : SuspendedPartnerTests(ServiceDatabase.PostgreSql);
