using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Every step from every state: what is not allowed changes nothing.</summary>
[Trait("Rule", "KR-06")]
public abstract class KeyTransitionTests(string provider) : RegistryTests(provider)
{
    private static readonly Dictionary<string, KeyState[]> AllowedFrom = new()
    {
        ["activate"] = [KeyState.Pending],
        ["retire"] = [KeyState.Pending, KeyState.Active],
        ["revoke"] = [KeyState.Pending, KeyState.Active, KeyState.Retiring, KeyState.Retired],
    };

    public static TheoryData<string, string> Steps => [.. AllowedFrom.Keys.SelectMany(step =>
        Enum.GetNames<KeyState>().Select(state => new TheoryDataRow<string, string>(step, state)))];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_step_is_taken_from_the_states_that_allow_it_and_refused_from_others(string step, string state)
    {
        var from = Enum.Parse<KeyState>(state);
        var kid = await Registry.AddKeyAsync(from);
        var before = await Registry.DumpAsync();

        var answer = await Registry.StepAsync(kid, step);

        if (AllowedFrom[step].Contains(from))
        {
            Assert.Equal(StatusCodes.Status200OK, answer.Status);
            Assert.NotEqual(before, await Registry.DumpAsync());
        }
        else
        {
            Assert.Equal((StatusCodes.Status409Conflict, "key_state"), (answer.Status, answer.Code));
            Assert.Contains($"The key is {state.ToLowerInvariant()}:", (string?)answer.Body!["detail"], StringComparison.Ordinal);
            Assert.Equal(before, await Registry.DumpAsync());
        }
    }

    [Theory]
    [InlineData("activate")]
    [InlineData("retire")]
    [InlineData("revoke")]
    public async Task No_step_is_taken_with_a_key_that_is_not_there_or_is_another_partners(string step)
    {
        var foreign = Registry.NewLaterKey(clientId: Registry.OtherPartner);
        await Registry.EnrolAsync(foreign);
        var before = await Registry.DumpAsync();
        foreach (var kid in new[] { "no-such-key", foreign.Signer.Public.KeyId })
        {
            var answer = await Registry.StepAsync(kid, step);
            Assert.Equal((StatusCodes.Status404NotFound, "registry_key_unknown"), (answer.Status, answer.Code));
        }

        Assert.Equal(before, await Registry.DumpAsync());
    }

    [Theory]
    [InlineData("{}", "malformed_request")]
    [InlineData("{\"reason\":null}", "malformed_request")]
    [InlineData("{\"reason\":\"lost\",\"more\":1}", "malformed_request")]
    [InlineData("{\"reason\":\"\"}", "member_invalid")]
    [InlineData("{\"reason\":\" \"}", "member_invalid")]
    [InlineData("{\"reason\":\"two\\nlines\"}", "member_invalid")]
    public async Task A_key_is_not_revoked_without_a_reason(string body, string code)
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        var before = await Registry.DumpAsync();

        var answer = await Registry.StepAsync(kid, "revoke", JsonNode.Parse(body));

        Assert.Equal((StatusCodes.Status400BadRequest, code), (answer.Status, answer.Code));
        Assert.Equal(before, await Registry.DumpAsync());
    }
}

public sealed class KeyTransitionTestsOnSqlite() : KeyTransitionTests(ServiceDatabase.Sqlite);

public sealed class KeyTransitionTestsOnPostgreSql() : KeyTransitionTests(ServiceDatabase.PostgreSql);
