using System.Net;
using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>An operator changes a partner.</summary>
[Trait("Rule", "KR-09")]
public abstract class ChangedPartnerTests(string provider) : RegistryTests(provider)
{
    private const string NewPartner = "partner-c";
    private const string Path = $"/partners/{NewPartner}";
    private const string Contact = "security@partner-c.example";
    private const string NewContact = "jane.doe@partner-c.example";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var added = await Registry.SendAsync(HttpMethod.Post, "/partners", Registry.OperatorToken(), NewBody(NewPartner));
        Assert.Equal(StatusCodes.Status201Created, added.Status);
    }

    [Fact]
    public async Task A_changed_partner_is_shown_and_told_and_outlasts_a_restart()
    {
        var body = new JsonObject { ["name"] = "C & Sons", ["contact"] = Contact, ["allowedAlgorithms"] = new JsonArray("ES256") };
        var changed = await ChangedAsync(body);

        Assert.Equal(("C & Sons", Contact), ((string?)changed["name"], (string?)changed["contact"]));
        Assert.Equal(["ES256"], AlgorithmsOf(changed));
        Assert.Equal("operator partnerChanged C & Sons; ES256", (await TrailAsync())[^1]);
        await Registry.RestartAsync();
        var found = await GetAsync(Path);
        Assert.True(JsonNode.DeepEquals(changed, found), $"{found}");
    }

    [Fact]
    public async Task Of_a_changed_contact_the_trail_and_the_log_tell_only_that_it_changed()
    {
        var body = NewBody();
        body["contact"] = NewContact;
        Assert.Equal(NewContact, (string?)(await ChangedAsync(body))["contact"]);

        Assert.Equal("operator partnerChanged Partner C; PS256, ES256; contact changed", (await TrailAsync())[^1]);
        Assert.DoesNotContain(NewContact, $"{await GetAsync($"{Path}/audit")}", StringComparison.Ordinal);
        Assert.DoesNotContain(NewContact, string.Join('\n', Registry.Service.Logs.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_sent_again_adds_no_record()
    {
        var before = await TrailAsync();
        await ChangedAsync(NewBody());
        Assert.Equal(before, await TrailAsync());
    }

    [Fact]
    public async Task Algorithms_that_are_left_out_stay_as_they_are()
    {
        var body = NewBody();
        body["allowedAlgorithms"] = new JsonArray("PS256");
        await ChangedAsync(body);
        body = NewBody();
        body["name"] = "Renamed";
        Assert.Equal(["PS256"], AlgorithmsOf(await ChangedAsync(body)));
    }

    [Fact]
    [Trait("Rule", "KR-05")]
    public async Task A_withdrawn_algorithm_takes_no_key_away_and_lets_no_other_in()
    {
        var token = await Registry.NewTokenAsync(NewPartner);
        var first = new Submission(PartnerKeyPair.NewEc(), NewPartner, token, Registry.Time.GetUtcNow());
        await Registry.EnrolAsync(first);
        var body = NewBody();
        body["allowedAlgorithms"] = new JsonArray("PS256");
        await ChangedAsync(body);

        var key = Assert.Single(await Registry.GetKeysAsync(NewPartner))!;
        Assert.Equal(first.Signer.Public.KeyId, (string?)key["kid"]);
        Assert.Equal("active", (string?)(await Registry.GetKeyAsync(first.Signer.Public.KeyId, NewPartner))["state"]);
        var later = Registry.NewLaterKey(clientId: NewPartner);
        await Registry.AssertRefusedAsync(HttpStatusCode.BadRequest, "jwk_algorithm_not_allowed", () => Registry.SubmitAsync(later));
    }

    [Fact]
    public async Task A_suspended_partner_stays_suspended()
    {
        await Registry.SuspendAsync(NewPartner);
        var body = NewBody();
        body["contact"] = NewContact;
        Assert.Equal("suspended", (string?)(await ChangedAsync(body))["state"]);
    }

    [Fact]
    public async Task A_restart_puts_configured_values_back_and_tells_so()
    {
        const string configured = $"/partners/{Registry.Partner}";
        await ChangedAsync(NewBody(), configured);
        await Registry.RestartAsync();

        var partner = await GetAsync(configured);
        Assert.Equal(("Partner A", (string?)null), ((string?)partner["name"], (string?)partner["contact"]));
        Assert.Equal(
            [
                "operator partnerChanged Partner C; PS256, ES256; contact changed",
                "configuration partnerChanged Partner A; PS256, ES256; contact changed",
            ],
            (await TrailAsync(configured))[^2..]);
    }

    [Fact]
    public Task A_partner_that_does_not_exist_is_not_changed() => Registry.AssertRefusedAsync(
        HttpStatusCode.NotFound, "partner_unknown", () => ChangeAsync(NewBody().ToJsonString(), "/partners/nobody"));

    [Theory]
    [InlineData("malformed_request", "{\"name\":\"n\"}")]
    [InlineData("malformed_request", "{\"name\":\"n\",\"contact\":null}")]
    [InlineData("malformed_request", "{\"clientId\":\"partner-c\",\"name\":\"n\",\"contact\":\"c\"}")]
    [InlineData("member_invalid", "{\"name\":\" \",\"contact\":\"c\"}")]
    [InlineData("member_invalid", "{\"name\":\"n\",\"contact\":\"a\\nb\"}")]
    [InlineData("member_invalid", "{\"name\":\"n\",\"contact\":\"c\",\"allowedAlgorithms\":[]}")]
    [InlineData("member_invalid", "{\"name\":\"n\",\"contact\":\"c\",\"allowedAlgorithms\":[null]}")]
    [InlineData("member_invalid", "{\"name\":\"n\",\"contact\":\"c\",\"allowedAlgorithms\":[\"RS256\"]}")]
    public Task A_partner_that_is_not_well_described_is_not_changed(string code, string body) =>
        Registry.AssertRefusedAsync(HttpStatusCode.BadRequest, code, () => ChangeAsync(body));

    private static JsonObject NewBody(string? clientId = null)
    {
        var body = new JsonObject { ["name"] = "Partner C", ["contact"] = Contact };
        if (clientId is not null)
        {
            body["clientId"] = clientId;
        }

        return body;
    }

    private static IEnumerable<string?> AlgorithmsOf(JsonNode partner) =>
        partner["allowedAlgorithms"]!.AsArray().Select(algorithm => (string?)algorithm);

    private Task<ApiAnswer> ChangeAsync(string body, string path = Path) =>
        Registry.SendTextAsync(HttpMethod.Put, path, Registry.OperatorToken().Make(), body);

    private async Task<JsonNode> ChangedAsync(JsonObject body, string path = Path)
    {
        var answer = await ChangeAsync(body.ToJsonString(), path);
        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        return answer.Body!;
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        var answer = await Registry.SendAsync(HttpMethod.Get, path, Registry.OperatorToken());
        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        return answer.Body!;
    }

    /// <summary>Who did what to the partner, oldest first.</summary>
    private async Task<List<string>> TrailAsync(string path = Path) =>
    [
        .. (await GetAsync($"{path}/audit"))["records"]!.AsArray()
            .Select(record => $"{record!["actorKind"]} {record["action"]} {record["detail"]}"),
    ];
}

public sealed class ChangedPartnerTestsOnSqlite() : ChangedPartnerTests(ServiceDatabase.Sqlite);

public sealed class ChangedPartnerTestsOnPostgreSql() : ChangedPartnerTests(ServiceDatabase.PostgreSql);
