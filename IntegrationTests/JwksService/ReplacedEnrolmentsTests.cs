using System.Net;
using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;

using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>A new enrolment token replaces those of its partner that are still open, unless they are to be kept.</summary>
[Trait("Rule", "KR-07")]
public abstract class ReplacedEnrolmentsTests(string provider) : RegistryTests(provider)
{
    private const string Path = $"/partners/{Registry.Partner}/enrolments";

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"keepOthers":false}""")]
    [Trait("Rule", "KR-09")]
    public async Task Those_that_are_open_are_revoked_and_the_trail_tells_it(string? body)
    {
        var configured = await ConfiguredIdAsync();
        var expired = await CreateAsync("""{"keepOthers":true,"lifetimeSeconds":60}""");
        Registry.Time.Advance(TimeSpan.FromSeconds(60));
        var earlier = await CreateAsync("""{"keepOthers":true}""");

        var newest = await CreateAsync(body);

        Assert.Equal(
            ("revoked", "revoked", "expired", "open"),
            (await StateOfAsync(configured), await StateOfAsync(earlier.Id), await StateOfAsync(expired.Id), await StateOfAsync(newest.Id)));
        var records = (await Registry.Service.Client.GetAuditAsync(Registry.Partner, Registry.OperatorToken().Make())).TakeLast(3).ToList();
        Assert.Equal(
            [("enrolmentTokenRevoked", configured), ("enrolmentTokenRevoked", earlier.Id), ("enrolmentTokenCreated", newest.Id)],
            records.Select(record => ((string)record["action"]!, ((string)record["detail"]!).Split(',')[0])));
        Assert.All(records, record => Assert.Equal(Registry.Operator, (string?)record["actor"]));
        await RefusedAsync(earlier.Text);
        await RefusedAsync(Registry.Token);
        await EnrolAsync(newest.Text);
        await Registry.EnrolAsync(Registry.NewOthersSubmission());
    }

    [Fact]
    public async Task Those_that_are_to_be_kept_work_beside_the_new_one()
    {
        var newest = await CreateAsync("""{"keepOthers":true}""");
        await EnrolAsync(newest.Text);
        await EnrolAsync(Registry.Token);
    }

    [Fact]
    public async Task One_that_was_replaced_stays_revoked_at_every_start()
    {
        await CreateAsync(body: null);
        var before = await Registry.DumpAsync();
        await Registry.RestartAsync();
        Assert.Equal(before, await Registry.DumpAsync());
    }

    [Fact]
    public async Task A_request_that_is_refused_replaces_none()
    {
        await Registry.AssertRefusedAsync(HttpStatusCode.BadRequest, "member_invalid", () => PostAsync("""{"lifetimeSeconds":1}"""));
        Assert.Equal("open", await StateOfAsync(await ConfiguredIdAsync()));
    }

    [Fact]
    [Trait("Rule", "KR-10")]
    public async Task Many_that_are_made_at_once_leave_a_single_one_open()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => CreateAsync(body: null)));
        var now = Registry.Time.GetUtcNow();
        Assert.Equal(1, await Registry.QueryAsync(database => database.EnrolmentTokens.CountAsync(
            token => token.ClientId == Registry.Partner && token.UsedAt == null && token.RevokedAt == null && token.ExpiresAt > now,
            Cancellation)));
    }

    private async Task<(string Id, string Text)> CreateAsync(string? body)
    {
        var created = await PostAsync(body);
        Assert.Equal(StatusCodes.Status201Created, created.Status);
        return ((string)created.Body!["id"]!, (string)created.Body["token"]!);
    }

    private async Task<string> ConfiguredIdAsync() => (string)(await GetAsync(Path)).Body!["enrolments"]![0]!["id"]!;

    private async Task<string?> StateOfAsync(string id) => (string?)(await GetAsync($"{Path}/{id}")).Body!["state"];

    private Task<ApiAnswer> GetAsync(string path) => Registry.SendAsync(HttpMethod.Get, path, Registry.OperatorToken());

    private Task<ApiAnswer> PostAsync(string? body) =>
        Registry.SendAsync(HttpMethod.Post, Path, Registry.OperatorToken(), body is null ? null : JsonNode.Parse(body));

    private Task EnrolAsync(string token)
    {
        var submission = Registry.NewSubmission();
        submission.Token = token;
        return Registry.EnrolAsync(submission);
    }

    private Task RefusedAsync(string token) =>
        AssertRefusedAsync(HttpStatusCode.Unauthorized, "enrolment_token_revoked", submission => submission.Token = token);
}

public sealed class ReplacedEnrolmentsTestsOnSqlite() : ReplacedEnrolmentsTests(ServiceDatabase.Sqlite);

public sealed class ReplacedEnrolmentsTestsOnPostgreSql() : ReplacedEnrolmentsTests(ServiceDatabase.PostgreSql);
