using System.Net;

using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

[Trait("Rule", "KR-07")]
public abstract class EnrolmentTokenTests(string provider) : RegistryTests(provider)
{
    [Fact]
    public Task A_submission_without_a_token_is_refused() => RefusedAsync("token_missing", it => it.Token = null);

    [Fact]
    public Task A_token_that_was_never_given_is_refused() =>
        RefusedAsync("enrolment_token_invalid", it => it.Token = Registry.Token.Replace('0', '1'));

    [Fact]
    public Task A_token_with_characters_no_enrolment_token_has_is_refused() =>
        RefusedAsync("enrolment_token_invalid", it => it.Token = $"{Registry.Token}=a");

    [Fact]
    public Task A_token_of_another_partner_is_refused() => RefusedAsync("enrolment_token_invalid", it => it.Token = Registry.OtherToken);

    [Fact]
    public Task A_token_for_a_partner_that_does_not_exist_is_refused() =>
        RefusedAsync("enrolment_token_invalid", it => it.ClientId = "nobody");

    [Fact]
    public async Task A_used_token_is_refused()
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        await RefusedAsync("enrolment_token_used", _ => { });
    }

    [Fact]
    public async Task A_token_expires_24_hours_after_it_was_first_stored()
    {
        Registry.Pass(TimeSpan.FromHours(24));
        await RefusedAsync("enrolment_token_expired", _ => { });
    }

    [Fact]
    public async Task A_token_works_until_just_before_it_expires()
    {
        Registry.Pass(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        await Registry.EnrolAsync(Registry.NewSubmission());
    }

    [Fact]
    public async Task The_token_is_checked_before_the_body_is_read() => await Registry.AssertRefusedAsync(
        HttpStatusCode.Unauthorized,
        "token_missing",
        () => Registry.SubmitAsync(WithoutToken(), "{ no json"));

    [Fact]
    public async Task Two_authorization_headers_are_no_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/partners/{Registry.Partner}/keys");
        request.Headers.TryAddWithoutValidation("Authorization", [$"Bearer {Registry.Token}", $"Bearer {Registry.Token}"]);
        request.Content = new StringContent("{}", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var response = await Registry.Service.Client.SendAsync(request, Cancellation);
        await Registry.AssertProblemAsync(HttpStatusCode.BadRequest, "token_repeated", response);
    }

    [Fact]
    public async Task The_challenge_names_an_error_only_where_a_token_was_sent()
    {
        using var missing = await Registry.SubmitAsync(WithoutToken());
        Assert.Equal(
            $"Bearer resource_metadata=\"{Registry.PublicAddress}/.well-known/oauth-protected-resource\"",
            missing.Headers.WwwAuthenticate.ToString());

        var submission = Registry.NewSubmission();
        submission.Token = Registry.OtherToken;
        using var invalid = await Registry.SubmitAsync(submission);
        Assert.Equal("Bearer realm=\"enrolment\", error=\"invalid_token\"", invalid.Headers.WwwAuthenticate.ToString());
    }

    private Submission WithoutToken()
    {
        var submission = Registry.NewSubmission();
        submission.Token = null;
        return submission;
    }

    private Task RefusedAsync(string code, Action<Submission> breakOneThing) =>
        AssertRefusedAsync(HttpStatusCode.Unauthorized, code, breakOneThing);
}

public sealed class EnrolmentTokenTestsOnSqlite() : EnrolmentTokenTests(ServiceDatabase.Sqlite);

public sealed class EnrolmentTokenTestsOnPostgreSql() : EnrolmentTokenTests(ServiceDatabase.PostgreSql);
