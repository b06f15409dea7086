using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>An operator's wish that a partner put another key in the place of one (PC-06).</summary>
public abstract class RotationRequestTests(string provider) : RegistryTests(provider)
{
    private const string Why = "yearly change of keys";

    [Fact]
    [Trait("Rule", "PC-06")]
    public async Task The_partner_reads_the_wish_and_its_reason_among_its_keys()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        var other = await Registry.AddKeyAsync(KeyState.Active);

        var answer = await RequestAsync(kid);

        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        Assert.Equal((Registry.Time.GetUtcNow(), Why), WishIn(answer.Body!));
        Assert.Equal((Registry.Time.GetUtcNow(), Why), await ReadWishAsync(kid));
        Assert.Equal((null, null), await ReadWishAsync(other));
    }

    [Fact]
    [Trait("Rule", "KR-09")]
    public async Task A_wish_that_stands_is_not_made_a_second_time()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        var first = await RequestAsync(kid);
        var records = await AuditAsync();
        Registry.Time.Advance(TimeSpan.FromSeconds(1));

        var second = await RequestAsync(kid, "another reason");

        Assert.Equal(StatusCodes.Status200OK, second.Status);
        Assert.Equal(WishIn(first.Body!), WishIn(second.Body!));
        Assert.Equal(records, await AuditAsync());
    }

    [Theory]
    [Trait("Rule", "KR-06")]
    [InlineData("retire")]
    [InlineData("revoke")]
    public async Task The_wish_ends_when_the_key_leaves(string step)
    {
        await Registry.AddKeyAsync(KeyState.Active);
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        await RequestAsync(kid);

        Assert.Equal(StatusCodes.Status200OK, (await Registry.StepAsync(kid, step)).Status);

        Assert.Equal((null, null), await ReadWishAsync(kid));
    }

    [Theory]
    [Trait("Rule", "KR-06")]
    [InlineData(nameof(KeyState.Pending), true)]
    [InlineData(nameof(KeyState.Active), true)]
    [InlineData(nameof(KeyState.Retiring), false)]
    [InlineData(nameof(KeyState.Retired), false)]
    [InlineData(nameof(KeyState.Revoked), false)]
    public async Task Only_a_key_that_stays_can_be_asked_to_be_rotated(string state, bool isPossible)
    {
        var kid = await Registry.AddKeyAsync(Enum.Parse<KeyState>(state));
        var before = await Registry.DumpAsync();

        var answer = await RequestAsync(kid);

        Assert.Equal(isPossible ? (200, null) : (409, "key_state"), (answer.Status, answer.Code));
        Assert.Equal(isPossible, before != await Registry.DumpAsync());
    }

    [Fact]
    [Trait("Rule", "KR-07")]
    public async Task A_partner_makes_no_wish_not_even_of_itself()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        await Registry.AssertRefusedAsync(
            System.Net.HttpStatusCode.Forbidden, "scope_missing", () => RequestAsync(kid, token: Registry.PartnerToken()));
    }

    [Theory]
    [InlineData("{}", "malformed_request")]
    [InlineData("""{"reason":" "}""", "member_invalid")]
    [InlineData("""{"reason":"two\nlines"}""", "member_invalid")]
    public async Task A_wish_needs_a_reason(string body, string code)
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        var before = await Registry.DumpAsync();

        var answer = await Registry.StepAsync(kid, "request-rotation", JsonNode.Parse(body));

        Assert.Equal((StatusCodes.Status400BadRequest, code), (answer.Status, answer.Code));
        Assert.Equal(before, await Registry.DumpAsync());
    }

    [Fact]
    public async Task There_is_no_wish_for_a_key_that_is_not_there()
    {
        var answer = await RequestAsync("no-such-key");
        Assert.Equal((StatusCodes.Status404NotFound, "registry_key_unknown"), (answer.Status, answer.Code));
    }

    private Task<ApiAnswer> RequestAsync(string kid, string reason = Why, AccessTokenMaker? token = null) => Registry.SendAsync(
        HttpMethod.Post,
        $"{KeySteps.Keys}/{kid}/request-rotation",
        token ?? Registry.OperatorToken(),
        new JsonObject { ["reason"] = reason });

    private async Task<int> AuditAsync() =>
        (await Registry.Service.Client.GetAuditAsync(Registry.Partner, Registry.OperatorToken().Make())).Count;

    /// <summary>As the partner sees it, with its own access token.</summary>
    private async Task<(DateTimeOffset? At, string? Reason)> ReadWishAsync(string kid)
    {
        var list = await Registry.SendAsync(HttpMethod.Get, KeySteps.Keys, Registry.PartnerToken());
        Assert.Equal(StatusCodes.Status200OK, list.Status);
        return WishIn(list.Body!["keys"]!.AsArray().Single(key => (string?)key!["kid"] == kid)!);
    }

    private static (DateTimeOffset? At, string? Reason) WishIn(JsonNode key) =>
        (key["rotationRequestedAt"]?.GetValue<DateTimeOffset>(), (string?)key["rotationReason"]);
}

public sealed class RotationRequestTestsOnSqlite() : RotationRequestTests(ServiceDatabase.Sqlite);

public sealed class RotationRequestTestsOnPostgreSql() : RotationRequestTests(ServiceDatabase.PostgreSql);
