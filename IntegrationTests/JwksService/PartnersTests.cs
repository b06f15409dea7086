using System.Net;
using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>What an operator does with partners.</summary>
[Trait("Rule", "KR-07")]
public abstract class PartnersTests(string provider) : RegistryTests(provider)
{
    private const string NewPartner = "partner-c";
    private const string Contact = "security@partner-c.example";
    private const string Path = "/partners";

    [Fact]
    public async Task A_partner_is_added_and_looked_up()
    {
        var added = await AddAsync(NewBody());

        var expected = new JsonObject
        {
            ["clientId"] = NewPartner,
            ["name"] = "Partner C",
            ["allowedAlgorithms"] = new JsonArray("PS256", "ES256"),
            ["contact"] = Contact,
            ["state"] = "active",
            ["suspensionReason"] = null,
            ["createdAt"] = "2026-03-01T12:00:00+00:00",
            ["jwksUri"] = $"{Registry.PublicAddress}/partners/{NewPartner}/.well-known/jwks",
        };
        Assert.Equal(StatusCodes.Status201Created, added.Status);
        Assert.True(JsonNode.DeepEquals(expected, added.Body), added.Text);
        var found = await GetAsync($"{Path}/{NewPartner}");
        Assert.True(JsonNode.DeepEquals(expected, found.Body), found.Text);
    }

    [Fact]
    public async Task A_partner_that_was_added_enrols_its_first_key()
    {
        await AddAsync(NewBody());
        Assert.Empty(await Registry.GetKeysAsync(NewPartner));
        var token = await Registry.NewTokenAsync(NewPartner);
        await Registry.EnrolAsync(new Submission(PartnerKeyPair.NewEc(), NewPartner, token, Registry.Time.GetUtcNow()));
        Assert.Single(await Registry.GetKeysAsync(NewPartner));
    }

    [Fact]
    [Trait("Rule", "KR-05")]
    public async Task A_partner_may_be_held_to_one_algorithm()
    {
        var body = NewBody();
        body["allowedAlgorithms"] = new JsonArray("PS256");
        await AddAsync(body);
        var token = await Registry.NewTokenAsync(NewPartner);
        var submission = new Submission(PartnerKeyPair.NewEc(), NewPartner, token, Registry.Time.GetUtcNow());
        await Registry.AssertRefusedAsync(HttpStatusCode.BadRequest, "jwk_algorithm_not_allowed", () => Registry.SubmitAsync(submission));
    }

    [Fact]
    public async Task A_partner_is_not_added_twice()
    {
        var body = NewBody();
        body["clientId"] = Registry.Partner;
        await Registry.AssertRefusedAsync(HttpStatusCode.Conflict, "partner_duplicate", () => AddAsync(body));
    }

    [Fact]
    [Trait("Rule", "KR-10")]
    public async Task A_partner_added_by_many_at_once_is_added_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddAsync(NewBody())));
        Assert.Single(answers, answer => answer.Status == StatusCodes.Status201Created);
        Assert.Equal(7, answers.Count(answer => (answer.Status, answer.Code) == (StatusCodes.Status409Conflict, "partner_duplicate")));
        var page = await GetAsync($"{Path}/{NewPartner}/audit");
        Assert.Equal(["partnerCreated"], page.Body!["records"]!.AsArray().Select(record => (string?)record!["action"]));
    }

    [Fact]
    public async Task Following_next_from_page_to_page_finds_every_partner_once()
    {
        string[] others = ["Zeta", "alpha", "1st", "partner_c", "partner~d", "Partner-A"];
        foreach (var clientId in others)
        {
            var body = NewBody();
            body["clientId"] = clientId;
            Assert.Equal(StatusCodes.Status201Created, (await AddAsync(body)).Status);
        }

        var found = new List<string>();
        for (var next = $"{Path}?limit=3"; next is not null;)
        {
            var page = await GetAsync(next);
            var partners = page.Body!["partners"]!.AsArray();
            Assert.InRange(partners.Count, 1, 3);
            found.AddRange(partners.Select(partner => (string)partner!["clientId"]!));
            next = (string?)page.Body["next"];
        }

        Assert.Equal(others.Concat([Registry.Partner, Registry.OtherPartner]).Order(), found.Order());
    }

    [Fact]
    public async Task A_page_that_holds_all_that_is_left_has_no_next()
    {
        Assert.Null((await GetAsync($"{Path}?limit=2")).Body!["next"]);
        Assert.Equal($"{Path}?limit=1&after={Registry.Partner}", (string?)(await GetAsync($"{Path}?limit=1")).Body!["next"]);
        Assert.Empty((await GetAsync($"{Path}?after=zzz")).Body!["partners"]!.AsArray());
    }

    [Fact]
    public async Task A_suspended_partner_is_shown_with_the_reason_until_it_is_resumed()
    {
        Assert.Equal(StatusCodes.Status200OK, (await Registry.SuspendAsync()).Status);
        await AssertShownAsync("suspended", "A laptop was lost.");
        Assert.Equal(StatusCodes.Status200OK, (await Registry.ResumeAsync()).Status);
        await AssertShownAsync("active", reason: null);
    }

    [Fact]
    public async Task A_partner_is_not_suspended_twice()
    {
        await Registry.SuspendAsync();
        await Registry.AssertRefusedAsync(HttpStatusCode.Conflict, "partner_state", () => Registry.SuspendAsync());
    }

    [Fact]
    public Task A_partner_that_is_not_suspended_is_not_resumed() =>
        Registry.AssertRefusedAsync(HttpStatusCode.Conflict, "partner_state", () => Registry.ResumeAsync());

    [Fact]
    public async Task A_suspension_outlasts_a_restart()
    {
        await Registry.EnrolFirstKeyAsync();
        await Registry.SuspendAsync();
        await Registry.RestartAsync();
        Assert.Empty(await Registry.GetKeysAsync(Registry.Partner));
        await AssertShownAsync("suspended", "A laptop was lost.");
    }

    [Fact]
    public async Task A_partner_that_does_not_exist_is_neither_found_nor_changed()
    {
        await Registry.AssertRefusedAsync(HttpStatusCode.NotFound, "partner_unknown", () => GetAsync($"{Path}/nobody"));
        await Registry.AssertRefusedAsync(HttpStatusCode.NotFound, "partner_unknown", () => Registry.SuspendAsync("nobody"));
        await Registry.AssertRefusedAsync(HttpStatusCode.NotFound, "partner_unknown", () => Registry.ResumeAsync("nobody"));
    }

    [Fact]
    public async Task The_contact_is_shown_to_operators_alone()
    {
        await AddAsync(NewBody());
        var token = await Registry.NewTokenAsync(NewPartner);
        var submission = new Submission(PartnerKeyPair.NewEc(), NewPartner, token, Registry.Time.GetUtcNow());
        using var submitted = await Registry.SubmitAsync(submission);
        var partner = Registry.PartnerToken(NewPartner);
        string[] seen =
        [
            await submitted.Content.ReadAsStringAsync(Cancellation),
            (await Registry.SendAsync(HttpMethod.Get, $"{Path}/{NewPartner}/.well-known/jwks", token: null)).Text,
            (await Registry.SendAsync(HttpMethod.Get, $"{Path}/{NewPartner}/keys", partner)).Text,
            (await Registry.SendAsync(HttpMethod.Get, $"{Path}/{NewPartner}/keys/{submission.Signer.Public.KeyId}", partner)).Text,
        ];
        Assert.All(seen, text => Assert.Contains(submission.Signer.Public.KeyId, text, StringComparison.Ordinal));
        Assert.All(seen, text => Assert.DoesNotContain(Contact, text, StringComparison.Ordinal));
        Assert.Equal((403, "scope_missing"), await RefusalAsync(partner));
        Assert.Contains(Contact, (await GetAsync($"{Path}/{NewPartner}")).Text, StringComparison.Ordinal);
    }

    private static JsonObject NewBody() => new() { ["clientId"] = NewPartner, ["name"] = "Partner C", ["contact"] = Contact };

    private Task<ApiAnswer> AddAsync(JsonObject body) => Registry.SendAsync(HttpMethod.Post, Path, Registry.OperatorToken(), body);

    private Task<ApiAnswer> GetAsync(string path) => Registry.SendAsync(HttpMethod.Get, path, Registry.OperatorToken());

    private async Task<(int Status, string? Code)> RefusalAsync(AccessTokenMaker token)
    {
        var answer = await Registry.SendAsync(HttpMethod.Get, $"{Path}/{NewPartner}", token);
        return (answer.Status, answer.Code);
    }

    private async Task AssertShownAsync(string state, string? reason)
    {
        var partner = (await GetAsync($"{Path}/{Registry.Partner}")).Body!;
        Assert.Equal((state, reason), ((string?)partner["state"], (string?)partner["suspensionReason"]));
    }
}

public sealed class PartnersTestsOnSqlite() : PartnersTests(ServiceDatabase.Sqlite);

public sealed class PartnersTestsOnPostgreSql() : PartnersTests(ServiceDatabase.PostgreSql);
