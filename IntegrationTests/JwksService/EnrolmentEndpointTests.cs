using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;

using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Enrolment tokens as operators give them out, look them up and take them back.</summary>
[Trait("Rule", "KR-07")]
public abstract class EnrolmentEndpointTests(string provider) : RegistryTests(provider)
{
    private const string Path = $"/partners/{Registry.Partner}/enrolments";
    private const int Day = 24 * 60 * 60;

    [Fact]
    public async Task Every_token_is_listed_with_its_state_source_and_times()
    {
        await Registry.EnrolFirstKeyAsync();
        Registry.Time.Advance(TimeSpan.FromSeconds(1));
        var shortLived = await CreateAsync(lifetimeSeconds: 60);
        Registry.Time.Advance(TimeSpan.FromSeconds(1));
        var revoked = await CreateAsync();
        await RevokeAsync(revoked.Id);
        Registry.Time.Advance(TimeSpan.FromSeconds(59));
        var open = await CreateAsync();

        var configured = await Registry.QueryAsync(database =>
            database.EnrolmentTokens.Where(token => token.ClientId == Registry.Partner).OrderBy(token => token.CreatedAt).FirstAsync(Cancellation));
        var expected = new JsonArray(
            View($"{configured.Id}", "used", "configuration", "03-01T12:00:00", "03-02T12:00:00", usedAt: "03-01T12:00:00"),
            View(shortLived.Id, "expired", "operator", "03-01T12:00:01", "03-01T12:01:01"),
            View(revoked.Id, "revoked", "operator", "03-01T12:00:02", "03-02T12:00:02", revokedAt: "03-01T12:00:02"),
            View(open.Id, "open", "operator", "03-01T12:01:01", "03-02T12:01:01"));
        var list = await GetAsync(Path);
        Assert.True(JsonNode.DeepEquals(expected, list.Body!["enrolments"]), list.Text);
        foreach (var view in expected)
        {
            var one = await GetAsync($"{Path}/{view!["id"]}");
            Assert.True(JsonNode.DeepEquals(view, one.Body), one.Text);
        }
    }

    [Fact]
    public async Task A_token_registers_one_key_and_then_no_other()
    {
        var token = await CreateAsync();
        await EnrolAsync(token);
        Assert.Equal("used", await StateOfAsync(token.Id));
        await RefusedAsync("enrolment_token_used", token);
    }

    [Theory]
    [InlineData(null, Day)]
    [InlineData(60, 60)]
    [InlineData(61, 61)]
    [InlineData(30 * Day, 30 * Day)]
    public async Task A_token_works_for_its_lifetime_to_the_second(int? lifetimeSeconds, int seconds)
    {
        var late = await CreateAsync(lifetimeSeconds);
        var inTime = await CreateAsync(lifetimeSeconds);
        Assert.Equal(Registry.Time.GetUtcNow().AddSeconds(seconds), late.ExpiresAt);

        // Sets the clock alone: in a month the timers of the registry would tick a million times.
        Registry.Time.AdjustTime(late.ExpiresAt.AddMilliseconds(-1));
        await EnrolAsync(inTime);
        Registry.Time.AdjustTime(late.ExpiresAt);
        await RefusedAsync("enrolment_token_expired", late);
    }

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(0)]
    [InlineData(59)]
    [InlineData((30 * Day) + 1)]
    [InlineData(int.MaxValue)]
    public Task A_lifetime_out_of_range_is_refused(int seconds) => Registry.AssertRefusedAsync(
        HttpStatusCode.BadRequest, "member_invalid", () => PostAsync(Path, new JsonObject { ["lifetimeSeconds"] = seconds }));

    [Fact]
    public async Task A_revoked_token_registers_no_key()
    {
        var token = await CreateAsync();
        var answer = await RevokeAsync(token.Id);
        Assert.Equal((StatusCodes.Status200OK, "revoked"), (answer.Status, (string?)answer.Body!["state"]));
        await RefusedAsync("enrolment_token_revoked", token);
    }

    [Fact]
    public async Task A_configured_token_that_an_operator_revoked_stays_so_at_every_start()
    {
        await RevokeAsync((string)(await GetAsync(Path)).Body!["enrolments"]![0]!["id"]!);
        var before = await Registry.DumpAsync();
        await Registry.RestartAsync();
        Assert.Equal(before, await Registry.DumpAsync());
        await AssertRefusedAsync(HttpStatusCode.Unauthorized, "enrolment_token_revoked", _ => { });
    }

    [Theory]
    [InlineData("used")]
    [InlineData("expired")]
    [InlineData("revoked")]
    public async Task A_token_that_is_not_open_is_not_revoked(string state)
    {
        var token = await CreateAsync();
        switch (state)
        {
            case "used":
                await EnrolAsync(token);
                break;
            case "expired":
                Registry.Time.AdjustTime(token.ExpiresAt);
                break;
            default:
                await RevokeAsync(token.Id);
                break;
        }

        Assert.Equal(state, await StateOfAsync(token.Id));
        await Registry.AssertRefusedAsync(HttpStatusCode.Conflict, "enrolment_not_open", () => RevokeAsync(token.Id));
    }

    [Fact]
    public async Task A_token_is_found_under_its_own_partner_and_id_alone()
    {
        var token = await CreateAsync();
        const string others = $"/partners/{Registry.OtherPartner}/enrolments";
        foreach (var path in new[] { $"{Path}/{Guid.NewGuid()}", $"{others}/{token.Id}" })
        {
            await Registry.AssertRefusedAsync(HttpStatusCode.NotFound, "enrolment_unknown", () => GetAsync(path));
            await Registry.AssertRefusedAsync(HttpStatusCode.NotFound, "enrolment_unknown", () => PostAsync($"{path}/revoke"));
        }

        Assert.DoesNotContain(token.Id, (await GetAsync(others)).Text, StringComparison.Ordinal);
        await EnrolAsync(token);
    }

    [Fact]
    public async Task A_partner_that_does_not_exist_has_no_tokens()
    {
        const string nobody = "/partners/nobody/enrolments";
        await Registry.AssertRefusedAsync(HttpStatusCode.NotFound, "partner_unknown", () => GetAsync(nobody));
        await Registry.AssertRefusedAsync(HttpStatusCode.NotFound, "partner_unknown", () => PostAsync(nobody));
        await Registry.AssertRefusedAsync(HttpStatusCode.NotFound, "partner_unknown", () => PostAsync($"{nobody}/{Guid.NewGuid()}/revoke"));
    }

    [Fact]
    public async Task The_token_is_shown_by_the_answer_of_its_creation_alone()
    {
        var token = await CreateAsync();
        string[] seen =
        [
            (await GetAsync(Path)).Text,
            (await GetAsync($"{Path}/{token.Id}")).Text,
            (await GetAsync($"/partners/{Registry.Partner}/audit")).Text,
            await Registry.DumpAsync(),
            string.Join('\n', Registry.Service.Logs.Lines),
        ];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(token.Text));
        Assert.All(seen, text => Assert.Contains(token.Id, text, StringComparison.Ordinal));
        Assert.All(seen, text => Assert.DoesNotContain(token.Text, text, StringComparison.Ordinal));
        Assert.All(seen[..3], text => Assert.DoesNotContain(Convert.ToBase64String(hash), text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_partner_with_keys_is_enrolled_again_and_its_new_key_is_active_at_once()
    {
        var first = await Registry.EnrolFirstKeyAsync();
        var again = await EnrolAsync(await CreateAsync());
        Assert.Equal("active", (string?)(await Registry.GetKeyAsync(first))["state"]);
        Assert.Equal("active", (string?)(await Registry.GetKeyAsync(again))["state"]);
    }

    [Fact]
    public async Task Nobody_may_store_an_answer_and_the_token_is_where_its_location_says()
    {
        using var created = await ExchangeAsync(HttpMethod.Post, Path);
        var location = created.Headers.Location!.OriginalString;
        using var list = await ExchangeAsync(HttpMethod.Get, Path);
        using var found = await ExchangeAsync(HttpMethod.Get, location);
        using var revoked = await ExchangeAsync(HttpMethod.Post, $"{location}/revoke");
        using var refused = await ExchangeAsync(HttpMethod.Post, $"{location}/revoke");
        HttpResponseMessage[] answers = [created, list, found, revoked, refused];
        Assert.Equal([201, 200, 200, 200, 409], answers.Select(answer => (int)answer.StatusCode));
        Assert.All(answers, answer => Assert.True(answer.Headers.CacheControl?.NoStore));
    }

    private static JsonObject View(
        string id, string state, string source, string createdAt, string expiresAt, string? usedAt = null, string? revokedAt = null) => new()
        {
            ["id"] = id,
            ["state"] = state,
            ["source"] = source,
            ["createdAt"] = Time(createdAt),
            ["expiresAt"] = Time(expiresAt),
            ["usedAt"] = Time(usedAt),
            ["revokedAt"] = Time(revokedAt),
        };

    private static string? Time(string? ofThisYear) => ofThisYear is null ? null : $"2026-{ofThisYear}+00:00";

    /// <summary>Beside those that are open.</summary>
    private async Task<NewToken> CreateAsync(int? lifetimeSeconds = null)
    {
        var created = await PostAsync(Path, new JsonObject { ["lifetimeSeconds"] = lifetimeSeconds, ["keepOthers"] = true });
        Assert.Equal(StatusCodes.Status201Created, created.Status);
        var body = created.Body!;
        return new NewToken((string)body["id"]!, (string)body["token"]!, body["expiresAt"]!.GetValue<DateTimeOffset>());
    }

    private Task<ApiAnswer> RevokeAsync(string id) => PostAsync($"{Path}/{id}/revoke");

    private async Task<string?> StateOfAsync(string id) => (string?)(await GetAsync($"{Path}/{id}")).Body!["state"];

    private Task<ApiAnswer> GetAsync(string path) => Registry.SendAsync(HttpMethod.Get, path, Registry.OperatorToken());

    private Task<ApiAnswer> PostAsync(string path, JsonNode? body = null) =>
        Registry.SendAsync(HttpMethod.Post, path, Registry.OperatorToken(), body);

    private async Task<HttpResponseMessage> ExchangeAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Registry.OperatorToken().Make());
        return await Registry.Service.Client.SendAsync(request, Cancellation);
    }

    private async Task<string> EnrolAsync(NewToken token)
    {
        var submission = Registry.NewSubmission();
        submission.Token = token.Text;
        await Registry.EnrolAsync(submission);
        return submission.Signer.Public.KeyId;
    }

    private Task RefusedAsync(string code, NewToken token) => AssertRefusedAsync(HttpStatusCode.Unauthorized, code, it => it.Token = token.Text);

    private sealed record NewToken(string Id, string Text, DateTimeOffset ExpiresAt);
}

public sealed class EnrolmentEndpointTestsOnSqlite() : EnrolmentEndpointTests(ServiceDatabase.Sqlite);

public sealed class EnrolmentEndpointTestsOnPostgreSql() : EnrolmentEndpointTests(ServiceDatabase.PostgreSql);
