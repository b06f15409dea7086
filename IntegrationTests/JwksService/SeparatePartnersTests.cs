using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>One kid, and even one key, may belong to two partners: each has it for itself.</summary>
[Trait("Rule", "KR-01")]
[Trait("Rule", "KR-10")]
public abstract class SeparatePartnersTests(string provider) : RegistryTests(provider)
{
    private const string Kid = "2026-03";

    [Fact]
    public async Task The_same_key_of_two_partners_stands_in_both_sets()
    {
        var key = PartnerKeyPair.NewEc();
        await RegisterForBothAsync(key, key);

        Assert.True(JsonNode.DeepEquals(Assert.Single(await Registry.GetKeysAsync(Registry.Partner)), WithKid(key)));
        Assert.True(JsonNode.DeepEquals(Assert.Single(await Registry.GetKeysAsync(Registry.OtherPartner)), WithKid(key)));
    }

    [Fact]
    public async Task The_same_kid_of_two_partners_names_each_ones_own_key()
    {
        var ours = PartnerKeyPair.NewEc();
        var theirs = PartnerKeyPair.NewRsa();
        await RegisterForBothAsync(ours, theirs);

        Assert.True(JsonNode.DeepEquals(Assert.Single(await Registry.GetKeysAsync(Registry.Partner)), WithKid(ours)));
        Assert.True(JsonNode.DeepEquals(Assert.Single(await Registry.GetKeysAsync(Registry.OtherPartner)), WithKid(theirs)));
        Assert.Equal(ours.Public.Thumbprint, (string?)(await Registry.GetKeyAsync(Kid))["thumbprint"]);
        Assert.Equal(theirs.Public.Thumbprint, (string?)(await Registry.GetKeyAsync(Kid, Registry.OtherPartner))["thumbprint"]);
    }

    [Theory]
    [InlineData("revoke")]
    [InlineData("retire")]
    public async Task What_is_done_to_a_key_of_one_partner_leaves_the_same_key_of_the_other_alone(string change)
    {
        var key = PartnerKeyPair.NewEc();
        await RegisterForBothAsync(key, key);
        var before = await Registry.GetKeyAsync(Kid, Registry.OtherPartner);
        var answer = await Registry.SendAsync(
            HttpMethod.Post,
            $"/partners/{Registry.Partner}/keys/{Kid}/{change}",
            Registry.OperatorToken(),
            change == "revoke" ? new JsonObject { ["reason"] = "lost" } : new JsonObject { ["overlapSeconds"] = 0 });

        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        Assert.Empty(await Registry.GetKeysAsync(Registry.Partner));
        Assert.Single(await Registry.GetKeysAsync(Registry.OtherPartner));
        Assert.True(JsonNode.DeepEquals(before, await Registry.GetKeyAsync(Kid, Registry.OtherPartner)));
    }

    [Fact]
    public async Task A_partner_does_not_reach_the_key_of_the_same_kid_of_another()
    {
        await RegisterForBothAsync(PartnerKeyPair.NewEc(), PartnerKeyPair.NewEc());
        var before = await Registry.DumpAsync();
        var answer = await Registry.SendAsync(
            HttpMethod.Post,
            $"/partners/{Registry.OtherPartner}/keys/{Kid}/revoke",
            Registry.PartnerToken(),
            new JsonObject { ["reason"] = "not mine" });

        Assert.Equal((StatusCodes.Status403Forbidden, "partner_foreign"), (answer.Status, answer.Code));
        Assert.Equal(before, await Registry.DumpAsync());
    }

    /// <summary>Both at once, so that neither waits for the other to be stored.</summary>
    private async Task RegisterForBothAsync(PartnerKeyPair ours, PartnerKeyPair theirs)
    {
        Submission[] submissions =
        [
            new(ours, Registry.Partner, Registry.Token, Registry.Time.GetUtcNow()),
            new(theirs, Registry.OtherPartner, Registry.OtherToken, Registry.Time.GetUtcNow()),
        ];
        foreach (var submission in submissions)
        {
            submission.Key!["kid"] = Kid;
            submission.Header["kid"] = Kid;
        }

        await Task.WhenAll(submissions.Select(Registry.EnrolAsync));
    }

    private static JsonObject WithKid(PartnerKeyPair key)
    {
        var jwk = key.Public.ToJson();
        jwk["kid"] = Kid;
        return jwk;
    }
}

public sealed class SeparatePartnersTestsOnSqlite() : SeparatePartnersTests(ServiceDatabase.Sqlite);

public sealed class SeparatePartnersTestsOnPostgreSql() : SeparatePartnersTests(ServiceDatabase.PostgreSql);
