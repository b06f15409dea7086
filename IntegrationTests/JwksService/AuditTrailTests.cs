using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.JwksService.Audit;

using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

[Trait("Rule", "KR-09")]
public abstract class AuditTrailTests(string provider) : RegistryTests(provider)
{
    private const string NewPartner = "partner-c";
    private const string Loopback = "127.0.0.1";
    private const string Reason = "key file found on a share";

    private readonly List<string> _secrets = [Registry.Token, Registry.OtherToken];

    [Fact]
    public async Task Every_change_leaves_one_record_of_who_what_which_when_from_where_and_its_trace()
    {
        await ChangedAsync("operator", Registry.Operator, "partnerCreated", null, "/partners", NewPartnerBody());
        var renamed = NewPartnerBody();
        renamed.Remove("clientId");
        renamed["name"] = "Renamed";
        await ChangedAsync("operator", Registry.Operator, "partnerChanged", null, $"/partners/{NewPartner}", renamed);
        var revoked = await CreateEnrolmentAsync();
        var enrolmentRevoked = await ChangedAsync(
            "operator", Registry.Operator, "enrolmentTokenRevoked", null, $"/partners/{NewPartner}/enrolments/{revoked["id"]}/revoke");
        Assert.Equal((string?)revoked["id"], (string?)enrolmentRevoked["detail"]);

        var enrolment = await CreateEnrolmentAsync();
        var first = await SubmittedAsync("enrolmentToken", (string)enrolment["id"]!, (string)enrolment["token"]!);
        await SubmittedAsync("partner", NewPartner, Keep(Registry.PartnerToken(NewPartner)));
        var third = await SubmittedAsync("operator", Registry.Operator, Keep(Registry.OperatorToken()));

        var keys = $"/partners/{NewPartner}/keys";
        await ChangedAsync("partner", NewPartner, "keyActivated", third, $"{keys}/{third}/activate");
        var retired = await ChangedAsync("partner", NewPartner, "keyRetired", third, $"{keys}/{third}/retire", Json("overlapSeconds", 60));
        Assert.Contains(AuditTrail.Text(Registry.Time.GetUtcNow().AddSeconds(60)), (string?)retired["detail"], StringComparison.Ordinal);
        var asked = await ChangedAsync(
            "operator", Registry.Operator, "keyRotationRequested", first, $"{keys}/{first}/request-rotation", Json("reason", Reason));
        Assert.Equal(Reason, (string?)asked["detail"]);
        var lost = await ChangedAsync("operator", Registry.Operator, "keyRevoked", first, $"{keys}/{first}/revoke", Json("reason", Reason));
        Assert.Equal(Reason, (string?)lost["detail"]);
        var suspended = await ChangedAsync(
            "operator", Registry.Operator, "partnerSuspended", null, $"/partners/{NewPartner}/suspend", Json("reason", Reason));
        Assert.Equal(Reason, (string?)suspended["detail"]);
        await ChangedAsync("operator", Registry.Operator, "partnerResumed", null, $"/partners/{NewPartner}/resume");
        await AssertNoSecretIsStoredAsync();
    }

    [Fact]
    public async Task A_refused_change_leaves_no_record()
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        var kid = (string)(await Registry.GetKeysAsync(Registry.Partner))[0]!["kid"]!;
        var before = await Registry.DumpAsync();
        var partner = $"/partners/{Registry.Partner}";
        await RefusedAsync("partner_duplicate", "/partners", Registry.OperatorToken(), NewPartnerBody(Registry.Partner));
        await RefusedAsync("member_invalid", "/partners", Registry.OperatorToken(), NewPartnerBody("not an id"));
        await RefusedAsync("member_invalid", $"{partner}/enrolments", Registry.OperatorToken(), Json("lifetimeSeconds", 1));
        await RefusedAsync("enrolment_unknown", $"{partner}/enrolments/{Guid.NewGuid()}/revoke", Registry.OperatorToken());
        await RefusedAsync("partner_state", $"{partner}/resume", Registry.OperatorToken());
        await RefusedAsync("member_invalid", $"{partner}/suspend", Registry.OperatorToken(), Json("reason", " "));
        await RefusedAsync("scope_missing", $"{partner}/suspend", Registry.PartnerToken(), Json("reason", Reason));
        await RefusedAsync("key_state", $"{partner}/keys/{kid}/activate", Registry.PartnerToken());
        await RefusedAsync("key_last_usable", $"{partner}/keys/{kid}/retire", Registry.PartnerToken());
        await RefusedAsync("key_last_usable", $"{partner}/keys/{kid}/revoke", Registry.PartnerToken(), Json("reason", Reason));
        await RefusedAsync("registry_key_unknown", $"{partner}/keys/unknown/revoke", Registry.OperatorToken(), Json("reason", Reason));
        await RefusedAsync("partner_foreign", $"{partner}/keys/{kid}/revoke", Registry.PartnerToken("other"), Json("reason", Reason));
        var submission = Registry.NewSubmission();
        Assert.Equal("enrolment_token_used", (await Registry.Service.Client.SubmitAsync(submission)).Code);
        submission.Token = Registry.PartnerToken().Make();
        submission.Claims["aud"] = "https://other.example.test";
        Assert.Equal("proof_wrong_audience", (await Registry.Service.Client.SubmitAsync(submission)).Code);
        Assert.Equal(before, await Registry.DumpAsync());
    }

    private delegate Task<ApiAnswer> Send(string path, string token, JsonNode? body);

    private Task<JsonNode> ChangedAsync(string kind, string actor, string action, string? kid, string path, JsonNode? body = null) =>
        ChangedAsync(kind, actor, action, kid, send => send(
            path, Keep(kind == "operator" ? Registry.OperatorToken() : Registry.PartnerToken(NewPartner)), body));

    private async Task<string> SubmittedAsync(string kind, string actor, string token)
    {
        _secrets.Add(token);
        var submission = new Submission(PartnerKeyPair.NewEc(), NewPartner, token, Registry.Time.GetUtcNow());
        submission.Proof = submission.MakeProof();
        _secrets.Add(submission.Proof);
        var kid = submission.Signer.Public.KeyId;
        await ChangedAsync(kind, actor, "keySubmitted", kid, send => send($"/partners/{NewPartner}/keys", token, submission.ToBody()));
        return kid;
    }

    /// <summary>The change is made, and the trail grew by exactly the record that tells it.</summary>
    private async Task<JsonNode> ChangedAsync(string kind, string actor, string action, string? kid, Func<Send, Task<ApiAnswer>> change)
    {
        var before = await Registry.QueryAsync(database => database.AuditRecords.CountAsync(Cancellation));
        Registry.Time.Advance(TimeSpan.FromSeconds(1));
        var traceId = Guid.NewGuid().ToString("N");
        // Without a propagator of its own, which would put its trace in place of this one.
        using var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(Registry.Service.Address) };
        var answer = await change((path, token, body) =>
            client.SendAsync(
                action == "partnerChanged" ? HttpMethod.Put : HttpMethod.Post, path, token, body, $"00-{traceId}-00f067aa0ba902b7-01"));
        Assert.True(answer.Status is 200 or 201, answer.Text);

        Assert.Equal(before + 1, await Registry.QueryAsync(database => database.AuditRecords.CountAsync(Cancellation)));
        var record = (await Registry.Service.Client.GetAuditAsync(NewPartner, Registry.OperatorToken().Make()))[^1];
        Assert.Equal(
            (kind, actor, action, kid, Registry.Time.GetUtcNow(), Loopback, traceId),
            ((string?)record["actorKind"], (string?)record["actor"], (string?)record["action"], (string?)record["kid"],
                record["at"]!.GetValue<DateTimeOffset>(), (string?)record["address"], (string?)record["traceId"]));
        return record;
    }

    private async Task<JsonNode> CreateEnrolmentAsync()
    {
        ApiAnswer? created = null;
        var record = await ChangedAsync("operator", Registry.Operator, "enrolmentTokenCreated", null, async send =>
            created = await send($"/partners/{NewPartner}/enrolments", Keep(Registry.OperatorToken()), null));
        Assert.StartsWith((string)created!.Body!["id"]!, (string)record["detail"]!, StringComparison.Ordinal);
        _secrets.Add((string)created.Body["token"]!);
        return created.Body;
    }

    private async Task RefusedAsync(string code, string path, AccessTokenMaker token, JsonNode? body = null)
    {
        var answer = await Registry.SendAsync(HttpMethod.Post, path, token, body);
        Assert.True(answer.Status is >= 400 and < 500 && answer.Code == code, $"{code}: {answer.Status} {answer.Text}");
    }

    /// <summary>Neither as it was sent nor a part of it, nor its hash.</summary>
    private async Task AssertNoSecretIsStoredAsync()
    {
        var records = await Registry.QueryAsync(database => database.AuditRecords.AsNoTracking().ToListAsync(Cancellation));
        var text = System.Text.Json.JsonSerializer.Serialize(records);
        var hashes = await Registry.QueryAsync(database => database.EnrolmentTokens.Select(token => token.TokenHash).ToListAsync(Cancellation));
        Assert.NotEmpty(hashes);
        Assert.All(_secrets.SelectMany(secret => secret.Split('.')), part => Assert.DoesNotContain(part, text, StringComparison.Ordinal));
        Assert.All(hashes, hash => Assert.DoesNotContain(Convert.ToHexString(hash), text, StringComparison.OrdinalIgnoreCase));
        Assert.All(hashes, hash => Assert.DoesNotContain(Convert.ToBase64String(hash), text, StringComparison.Ordinal));
    }

    private string Keep(AccessTokenMaker token)
    {
        var made = token.Make();
        _secrets.Add(made);
        return made;
    }

    private static JsonObject Json(string name, JsonNode value) => new() { [name] = value };

    private static JsonObject NewPartnerBody(string clientId = NewPartner) =>
        new() { ["clientId"] = clientId, ["name"] = "Partner C", ["contact"] = "security@partner-c.example.test" };
}

public sealed class AuditTrailTestsOnSqlite() : AuditTrailTests(ServiceDatabase.Sqlite);

public sealed class AuditTrailTestsOnPostgreSql() : AuditTrailTests(ServiceDatabase.PostgreSql);
