using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

[Trait("Rule", "KR-06")]
public abstract class KeyLifecycleTests(string provider) : RegistryTests(provider)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task A_partners_first_key_is_active_at_once_and_a_later_one_is_pending_and_published()
    {
        var first = Registry.NewSubmission();
        await Registry.EnrolAsync(first);
        var later = await Registry.AddKeyAsync(KeyState.Pending);

        Assert.Equal(KeyState.Active, await Registry.StateOfAsync(first.Signer.Public.KeyId));
        Assert.Contains(later, await PublishedAsync());
    }

    [Fact]
    public async Task A_pending_key_becomes_active_when_its_time_comes_and_not_before()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Pending);
        var before = await Registry.DumpAsync();

        Registry.Time.Advance(KeySteps.ActivationDelay - Moment);
        Assert.Equal(KeyState.Pending, await Registry.StateOfAsync(kid));
        Registry.Time.Advance(Moment);
        Assert.Equal(KeyState.Active, await Registry.StateOfAsync(kid));
        Assert.Equal(before, await Registry.DumpAsync());
    }

    [Fact]
    public async Task Keys_change_their_states_while_the_service_is_stopped()
    {
        var pending = await Registry.AddKeyAsync(KeyState.Pending);
        var retiring = await Registry.AddKeyAsync(KeyState.Retiring);

        await Registry.Service.DisposeAsync();
        Registry.Time.Advance(KeySteps.RetirementOverlap);
        await Registry.RestartAsync();

        Assert.Equal([pending], await PublishedAsync());
        Assert.Equal((KeyState.Active, KeyState.Retired), (await Registry.StateOfAsync(pending), await Registry.StateOfAsync(retiring)));
    }

    [Fact]
    public async Task How_long_a_key_is_pending_is_a_setting()
    {
        Registry.Settings["JwksService:KeyActivationDelay"] = "00:01:00";
        await Registry.RestartAsync();
        var kid = await Registry.AddKeyAsync(KeyState.Pending);
        Assert.Equal(Registry.Time.GetUtcNow().AddMinutes(1), TimeOf(await Registry.GetKeyAsync(kid), "activatesAt"));
    }

    [Fact]
    public async Task Activate_makes_a_pending_key_active_before_its_time()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Pending);
        Registry.Time.Advance(TimeSpan.FromSeconds(1));

        var answer = await Registry.StepAsync(kid, "activate");

        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        Assert.Equal("active", (string?)answer.Body!["state"]);
        Assert.Equal(Registry.Time.GetUtcNow(), TimeOf(answer.Body, "activatesAt"));
        Assert.Equal(answer.Body.ToJsonString(), (await Registry.GetKeyAsync(kid)).ToJsonString());
    }

    [Theory]
    [InlineData(nameof(KeyState.Active), null)]
    [InlineData(nameof(KeyState.Active), 60)]
    [InlineData(nameof(KeyState.Pending), 60)]
    public async Task A_retiring_key_leaves_the_set_at_its_very_moment(string from, int? overlapSeconds)
    {
        var stays = await Registry.AddKeyAsync(KeyState.Active);
        var kid = await Registry.AddKeyAsync(Enum.Parse<KeyState>(from));
        var overlap = overlapSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : KeySteps.RetirementOverlap;

        var answer = await Registry.StepAsync(kid, "retire", overlapSeconds is null ? null : new JsonObject { ["overlapSeconds"] = overlapSeconds });
        Assert.Equal("retiring", (string?)answer.Body!["state"]);
        Assert.Equal(Registry.Time.GetUtcNow() + overlap, TimeOf(answer.Body, "retiresAt"));
        var retiring = await Registry.Service.Client.GetSetAsync();
        Assert.Contains(kid, retiring.Kids);

        Registry.Time.Advance(overlap - Moment);
        Assert.Equal(retiring.ETag, (await Registry.Service.Client.GetSetAsync()).ETag);
        Assert.Equal(KeyState.Retiring, await Registry.StateOfAsync(kid));

        Registry.Time.Advance(Moment);
        var retired = await Registry.Service.Client.GetSetAsync();
        Assert.Equal([stays], retired.Kids);
        Assert.NotEqual(retiring.ETag, retired.ETag);
        Assert.Equal(KeyState.Retired, await Registry.StateOfAsync(kid));
    }

    [Fact]
    public async Task Keys_leave_one_after_the_other_with_no_request_in_between()
    {
        var kids = new List<string>();
        for (var second = 1; second <= 3; second++)
        {
            kids.Add(await Registry.AddKeyAsync(KeyState.Active));
            await Registry.RetireWithinAsync(kids[^1], second);
        }

        Assert.Equal(3, (await PublishedAsync()).Length);
        Registry.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([kids[2]], await PublishedAsync());
        Registry.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await PublishedAsync());
    }

    [Fact]
    public async Task Without_an_overlap_a_key_is_retired_at_once()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        var key = await Registry.RetireWithinAsync(kid, overlapSeconds: 0);
        Assert.Equal("retired", (string?)key["state"]);
        Assert.Empty(await PublishedAsync());
    }

    [Fact]
    public async Task The_greatest_overlap_is_30_days()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        var key = await Registry.RetireWithinAsync(kid, overlapSeconds: 2_592_000);
        Assert.Equal(Registry.Time.GetUtcNow().AddDays(30), TimeOf(key, "retiresAt"));
    }

    [Theory]
    [InlineData("-1", "member_invalid")]
    [InlineData("2592001", "member_invalid")]
    [InlineData("2147483648", "malformed_request")]
    [InlineData("1.5", "malformed_request")]
    [InlineData("\"60\"", "malformed_request")]
    public async Task An_overlap_out_of_range_is_refused(string overlap, string code)
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        var before = await Registry.DumpAsync();

        var answer = await Registry.StepAsync(kid, "retire", new JsonObject { ["overlapSeconds"] = JsonNode.Parse(overlap) });

        Assert.Equal((StatusCodes.Status400BadRequest, code), (answer.Status, answer.Code));
        Assert.Equal(before, await Registry.DumpAsync());
    }

    [Theory]
    [InlineData(nameof(KeyState.Pending))]
    [InlineData(nameof(KeyState.Active))]
    [InlineData(nameof(KeyState.Retiring))]
    [InlineData(nameof(KeyState.Retired))]
    public async Task Revoke_takes_a_key_out_of_the_set_at_once_and_for_ever(string from)
    {
        var stays = await Registry.AddKeyAsync(KeyState.Active);
        var kid = await Registry.AddKeyAsync(Enum.Parse<KeyState>(from));
        Assert.Equal(from is not nameof(KeyState.Retired), (await PublishedAsync()).Contains(kid));

        var answer = await Registry.StepAsync(kid, "revoke");

        Assert.Equal([stays], await PublishedAsync());
        Assert.Equal("revoked", (string?)answer.Body!["state"]);
        Assert.Equal("The key was lost.", (string?)answer.Body["reason"]);
        Assert.Equal(Registry.Time.GetUtcNow(), TimeOf(answer.Body, "revokedAt"));
        Registry.Pass(TimeSpan.FromHours(1));
        Assert.Equal(KeyState.Revoked, await Registry.StateOfAsync(kid));
        Assert.Equal([stays], await PublishedAsync());
    }

    [Fact]
    public async Task The_list_of_keys_shows_all_there_ever_were_with_their_states_and_times_oldest_first()
    {
        var created = new List<(string Kid, DateTimeOffset At)>();
        foreach (var state in Enum.GetValues<KeyState>())
        {
            created.Add((await Registry.AddKeyAsync(state), Registry.Time.GetUtcNow()));
            Registry.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var answer = await Registry.SendAsync(HttpMethod.Get, KeySteps.Keys, Registry.PartnerToken());

        var keys = answer.Body!["keys"]!.AsArray();
        Assert.Equal(["pending", "active", "retiring", "retired", "revoked"], keys.Select(key => (string)key!["state"]!));
        Assert.Equal(created, keys.Select(key => ((string)key!["kid"]!, TimeOf(key, "createdAt")!.Value)));
        Assert.Equal(created[0].At + KeySteps.ActivationDelay, TimeOf(keys[0]!, "activatesAt"));
        Assert.Equal(created[1].At, TimeOf(keys[1]!, "activatesAt"));
        Assert.Equal(
            [null, null, created[2].At + KeySteps.RetirementOverlap, created[3].At, null],
            keys.Select(key => TimeOf(key!, "retiresAt")));
        Assert.Equal([null, null, null, null, created[4].At], keys.Select(key => TimeOf(key!, "revokedAt")));
        Assert.All(keys, key => Assert.Equal($"{Registry.PublicAddress}/partners/{Registry.Partner}/.well-known/jwks", (string?)key!["jwksUri"]));
    }

    private static DateTimeOffset? TimeOf(JsonNode key, string member) => (DateTimeOffset?)key[member];

    private async Task<string[]> PublishedAsync() => (await Registry.Service.Client.GetSetAsync()).Kids;
}

public sealed class KeyLifecycleTestsOnSqlite() : KeyLifecycleTests(ServiceDatabase.Sqlite);

public sealed class KeyLifecycleTestsOnPostgreSql() : KeyLifecycleTests(ServiceDatabase.PostgreSql);
