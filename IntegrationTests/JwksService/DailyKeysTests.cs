using System.Globalization;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Jwks;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>A partner cannot make its history, or what is read of it, grow without bound.</summary>
[Trait("Rule", "KR-07")]
public abstract class DailyKeysTests(string provider) : RegistryTests(provider)
{
    private const int PerDay = 3;

    protected override void Configure(Dictionary<string, string> settings) => settings["JwksService:KeysPerDayAndPartner"] = $"{PerDay}";

    [Fact]
    public async Task A_partner_registers_so_many_keys_within_a_day_on_all_replicas_and_after_a_restart()
    {
        await AddAsync();
        Registry.Pass(TimeSpan.FromHours(1));
        await AddAsync();
        await AddAsync();
        await AssertLimitedAsync(TimeSpan.FromHours(23));
        await Registry.RestartAsync();
        await AssertLimitedAsync(TimeSpan.FromHours(23));
        await using (var replica = await Registry.StartServiceAsync())
        {
            Assert.Equal("key_daily_limit_reached", (await replica.Client.SubmitAsync(Registry.NewOwnSubmission())).Code);
        }

        Registry.Pass(TimeSpan.FromHours(23) - TimeSpan.FromSeconds(1));
        await AssertLimitedAsync(TimeSpan.FromSeconds(1));
        Registry.Pass(TimeSpan.FromSeconds(1));
        await AddAsync();
        await AssertLimitedAsync(TimeSpan.FromHours(1));
    }

    [Fact]
    [Trait("Rule", "KR-10")]
    public async Task Of_many_at_once_so_many_are_registered()
    {
        var sent = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Registry.Service.Client.SubmitAsync(Registry.NewOwnSubmission())));
        Assert.Equal(PerDay, sent.Count(answer => answer.Status == StatusCodes.Status201Created));
        Assert.All(
            sent.Where(answer => answer.Status != StatusCodes.Status201Created),
            answer => Assert.Equal("key_daily_limit_reached", answer.Code));
    }

    [Fact]
    public async Task Whoever_reached_it_still_revokes_and_retires_and_others_and_the_operator_go_on()
    {
        var keys = new List<string>();
        for (var number = 0; number < PerDay; number++)
        {
            keys.Add(await Registry.AddKeyAsync(KeyState.Active));
        }

        await AssertLimitedAsync(TimeSpan.FromDays(1));
        Assert.Equal(StatusCodes.Status200OK, (await Registry.RevokeAsync(keys[0])).Status);
        Assert.Equal(StatusCodes.Status200OK, (await Registry.RetireAsync(keys[1])).Status);
        await Registry.EnrolAsync(Registry.NewSubmission());
        await Registry.EnrolAsync(Registry.NewLaterKey(clientId: Registry.OtherPartner));
        var byOperator = Registry.NewOwnSubmission();
        byOperator.Token = Registry.OperatorToken().Make();
        await Registry.EnrolAsync(byOperator);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_keeps_a_partner_out_for_a_day_at_most()
    {
        for (var number = 0; number < PerDay; number++)
        {
            await AddAsync();
        }

        // A new start, because the limits of a minute are kept in memory.
        Registry.Pass(TimeSpan.FromDays(-10));
        await Registry.RestartAsync();
        await AssertLimitedAsync(TimeSpan.FromDays(1));
    }

    [Fact]
    [Trait("Rule", "KR-02")]
    public async Task Of_keys_that_have_left_a_set_few_are_read_with_it()
    {
        var active = await Registry.EnrolFirstKeyAsync();
        for (var number = 0; number < 3 * PartnerKey.MaxPublished; number++)
        {
            var submission = Registry.NewOwnSubmission();
            submission.Token = Registry.OperatorToken().Make();
            await Registry.EnrolAsync(submission);
            Registry.Time.Advance(TimeSpan.FromSeconds(1));
            await Registry.RetireWithinAsync(submission.Signer.Public.KeyId, overlapSeconds: 0);
        }

        var now = Registry.Time.GetUtcNow();
        var read = (await Registry.QueryAsync(database => database.PublishedKeysAsync(Registry.Partner, now, Cancellation)))!.Keys;

        Assert.Equal(2 * PartnerKey.MaxPublished, read.Count);
        Assert.Equal(active, read[0].Jwk.KeyId);
        var left = read.Skip(1).Select(key => key.RetiresAt!.Value).ToList();
        Assert.Equal(left.Order(), left);
        Assert.Equal(now, left[^1]);
        Assert.Single(await Registry.GetKeysAsync(Registry.Partner));
    }

    private async Task AddAsync() => Assert.Equal(
        StatusCodes.Status201Created, (await Registry.Service.Client.SubmitAsync(Registry.NewOwnSubmission())).Status);

    private Task AssertLimitedAsync(TimeSpan wait) => Registry.AssertUnchangedAsync(async () =>
    {
        var answer = await Registry.Service.Client.SubmitAsync(Registry.NewOwnSubmission());
        Assert.Equal((StatusCodes.Status429TooManyRequests, "key_daily_limit_reached"), (answer.Status, answer.Code));
        Assert.Equal(wait.TotalSeconds, int.Parse(answer.RetryAfter!, CultureInfo.InvariantCulture));
    });
}

public sealed class DailyKeysTestsOnSqlite() : DailyKeysTests(ServiceDatabase.Sqlite);

public sealed class DailyKeysTestsOnPostgreSql() : DailyKeysTests(ServiceDatabase.PostgreSql);
