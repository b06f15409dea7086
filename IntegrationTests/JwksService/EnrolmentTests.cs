using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

public abstract class EnrolmentTests(string provider) : RegistryTests(provider)
{
    [Fact]
    [Trait("Rule", "KR-07")]
    public async Task A_first_key_is_registered_active_and_published()
    {
        var submission = Registry.NewSubmission(PartnerKeyPair.NewRsa());
        using var response = await Registry.SubmitAsync(submission);

        var jwksUri = $"{Registry.PublicAddress}/partners/{Registry.Partner}/.well-known/jwks";
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var kid = submission.Signer.Public.Thumbprint;
        Assert.Equal($"/partners/{Registry.Partner}/keys/{kid}", response.Headers.Location!.OriginalString);
        Assert.True(response.Headers.CacheControl!.NoStore);
        var body = (await response.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!;
        Assert.Equal((kid, "active", jwksUri), ((string?)body["kid"], (string?)body["state"], (string?)body["jwksUri"]));
        Assert.True(JsonNode.DeepEquals(body, await Registry.GetKeyAsync(kid)), $"{body}");
        Assert.True(JsonNode.DeepEquals(submission.Signer.Public.ToJson(), Assert.Single(await Registry.GetKeysAsync(Registry.Partner))));
    }

    [Fact]
    [Trait("Rule", "KR-03")]
    public async Task A_key_that_names_no_kid_is_known_by_its_thumbprint()
    {
        var submission = Registry.NewSubmission();
        submission.Key!.AsObject().Remove("kid");
        await Registry.EnrolAsync(submission);
        var key = Assert.Single(await Registry.GetKeysAsync(Registry.Partner))!;
        Assert.Equal(submission.Signer.Public.Thumbprint, key["kid"]!.GetValue<string>());
    }

    [Fact]
    [Trait("Rule", "KR-03")]
    public async Task A_key_keeps_the_kid_that_its_partner_names()
    {
        await Registry.EnrolAsync(Registry.NewSubmission().WithKid("2026-03"));
        var key = Assert.Single(await Registry.GetKeysAsync(Registry.Partner))!;
        Assert.Equal("2026-03", key["kid"]!.GetValue<string>());
    }

    [Fact]
    [Trait("Rule", "KR-05")]
    public async Task Members_that_are_not_for_publication_are_left_out()
    {
        var submission = Registry.NewSubmission();
        submission.Key!["comment"] = "internal";
        submission.Key["x5u"] = "https://evil.example.test/certificate";
        await Registry.EnrolAsync(submission);
        var key = Assert.Single(await Registry.GetKeysAsync(Registry.Partner))!.AsObject();
        Assert.Equal(["kty", "crv", "x", "y", "kid", "alg", "use"], key.Select(member => member.Key));
    }

    [Fact]
    [Trait("Rule", "KR-05")]
    public async Task The_same_key_is_not_registered_twice()
    {
        var key = PartnerKeyPair.NewEc();
        await Registry.EnrolAsync(Registry.NewSubmission(key));
        var another = await Registry.NewTokenAsync();
        await AssertRefusedAsync(
            HttpStatusCode.Conflict,
            "key_duplicate",
            it => it.WithKid("another-kid").Token = another,
            key);
    }

    [Fact]
    [Trait("Rule", "KR-03")]
    public async Task A_kid_is_not_given_to_a_second_key_of_the_partner()
    {
        await Registry.EnrolAsync(Registry.NewSubmission().WithKid("2026-03"));
        var another = await Registry.NewTokenAsync();
        await AssertRefusedAsync(
            HttpStatusCode.Conflict,
            "key_duplicate",
            it => it.WithKid("2026-03").Token = another);
    }

    [Fact]
    [Trait("Rule", "KR-01")]
    public async Task Two_partners_may_use_the_same_kid_and_their_sets_stay_apart()
    {
        var ours = Registry.NewSubmission().WithKid("1");
        var theirs = Registry.NewOthersSubmission().WithKid("1");
        await Registry.EnrolAsync(ours);
        await Registry.EnrolAsync(theirs);
        var ourKey = Assert.Single(await Registry.GetKeysAsync(Registry.Partner))!;
        var theirKey = Assert.Single(await Registry.GetKeysAsync(Registry.OtherPartner))!;
        Assert.True(JsonNode.DeepEquals(ours.Key, ourKey));
        Assert.True(JsonNode.DeepEquals(theirs.Key, theirKey));
    }

    [Fact]
    [Trait("Rule", "KR-07")]
    public async Task A_refused_submission_does_not_use_the_token_or_the_proof_up()
    {
        var submission = Registry.NewSubmission();
        var signer = submission.Signer;
        submission.Signer = PartnerKeyPair.NewEc();
        await Registry.AssertRefusedAsync(
            HttpStatusCode.BadRequest, "proof_signature_invalid", () => Registry.SubmitAsync(submission));
        submission.Signer = signer;
        await Registry.EnrolAsync(submission);
    }

    [Fact]
    [Trait("Rule", "KR-07")]
    public async Task Neither_token_nor_proof_is_logged_or_stored()
    {
        var refused = Registry.NewSubmission();
        refused.Claims["aud"] = "https://other.example.test";
        using var response = await Registry.SubmitAsync(refused);
        var accepted = Registry.NewSubmission();
        await Registry.EnrolAsync(accepted);

        var logs = string.Join('\n', Registry.Service.Logs.Lines);
        Assert.Contains($"Key refused: partner {Registry.Partner}, proof_wrong_audience.", logs, StringComparison.Ordinal);
        Assert.Contains("https://other.example.test", logs, StringComparison.Ordinal);
        var kid = accepted.Signer.Public.KeyId;
        Assert.Contains($"KeySubmitted: partner {Registry.Partner}, kid {kid}, by EnrolmentToken", logs, StringComparison.Ordinal);
        foreach (var text in new[] { logs, await Registry.DumpAsync() })
        {
            Assert.DoesNotContain(Registry.Token, text, StringComparison.Ordinal);
            Assert.DoesNotContain(refused.MakeProof().Split('.')[1], text, StringComparison.Ordinal);
            Assert.DoesNotContain(accepted.MakeProof().Split('.')[1], text, StringComparison.Ordinal);
        }
    }
}

public sealed class EnrolmentTestsOnSqlite() : EnrolmentTests(ServiceDatabase.Sqlite);

public sealed class EnrolmentTestsOnPostgreSql() : EnrolmentTests(ServiceDatabase.PostgreSql);
