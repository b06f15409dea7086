using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.OrdersApi.Orders;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>How many requests of a partner run at once, and how many in a minute.</summary>
public sealed class PartnerLimitTests : IDisposable
{
    private const string Partner = "partner-in-a-hurry";
    private const string Other = "partner-beside-it";

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _told = [];
    private PartnerLimit? _limit;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _limit?.Dispose();

    [Fact]
    public async Task Requests_beyond_the_limit_wait_for_their_turn_in_the_order_they_came()
    {
        var limit = Limit(concurrent: 1);
        var first = await limit.WaitAsync(Partner, Cancellation);
        var second = limit.WaitAsync(Partner, Cancellation);
        var third = limit.WaitAsync(Partner, Cancellation);
        Assert.False(second.IsCompleted);

        first.Dispose();

        var turn = await second;
        Assert.Null(turn.RetryAfter);
        Assert.False(third.IsCompleted);
        turn.Dispose();
        Assert.Null((await third).RetryAfter);
    }

    [Fact]
    public async Task A_request_whose_turn_does_not_come_is_refused_with_a_time_to_come_back_and_leaves_its_place()
    {
        var limit = Limit(concurrent: 1);
        var first = await limit.WaitAsync(Partner, Cancellation);
        var waiting = limit.WaitAsync(Partner, Cancellation);

        _time.Advance(PartnerLimit.MostPatience);

        Assert.InRange((await waiting).RetryAfter!.Value, PartnerLimit.LeastPatience, PartnerLimit.MostPatience);
        Assert.Equal(["concurrent partner-in-a-hurry 0"], _told);
        first.Dispose();
        Assert.Null((await limit.WaitAsync(Partner, Cancellation)).RetryAfter);
    }

    [Fact]
    public async Task A_sender_that_has_gone_leaves_its_place()
    {
        var limit = Limit(concurrent: 1);
        var first = await limit.WaitAsync(Partner, Cancellation);
        using var gone = new CancellationTokenSource();
        var left = limit.WaitAsync(Partner, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        first.Dispose();

        Assert.Null((await limit.WaitAsync(Partner, Cancellation)).RetryAfter);
        Assert.Empty(_told);
    }

    [Fact]
    public async Task More_than_can_wait_are_refused_at_once_and_told_at_a_pace()
    {
        var limit = Limit(concurrent: 1);
        using var first = await limit.WaitAsync(Partner, Cancellation);
        var waiting = Enumerable.Range(0, PartnerLimit.MostWaiting).Select(_ => limit.WaitAsync(Partner, Cancellation)).ToList();

        for (var count = 0; count < 3; count++)
        {
            Assert.NotNull((await limit.WaitAsync(Partner, Cancellation)).RetryAfter);
        }

        Assert.All(waiting, turn => Assert.False(turn.IsCompleted));
        _time.Advance(PartnerLimit.MostPatience);
        var refused = await Task.WhenAll(waiting);
        Assert.True(refused.Select(turn => turn.RetryAfter).Distinct().Count() > 1, "All were refused for the same time.");
        Assert.Single(_told);

        _time.Advance(LogPace.Pause);
        var last = limit.WaitAsync(Partner, Cancellation);
        _time.Advance(PartnerLimit.MostPatience);
        Assert.NotNull((await last).RetryAfter);
        Assert.Equal($"concurrent partner-in-a-hurry {PartnerLimit.MostWaiting + 2}", _told[1]);
    }

    [Fact]
    public async Task One_partner_takes_nothing_of_another()
    {
        var limit = Limit(concurrent: 1, perMinute: 1);
        using var first = await limit.WaitAsync(Partner, Cancellation);
        var second = limit.WaitAsync(Partner, Cancellation);

        Assert.Null((await limit.WaitAsync(Other, Cancellation)).RetryAfter);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task Who_has_used_up_its_minute_waits_for_a_permit_that_comes_soon()
    {
        var limit = Limit(perMinute: 60);
        for (var count = 0; count < 60; count++)
        {
            (await limit.WaitAsync(Partner, Cancellation)).Dispose();
        }

        var next = limit.WaitAsync(Partner, Cancellation);
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null((await next).RetryAfter);
        Assert.Empty(_told);
    }

    [Fact]
    public async Task A_permit_that_comes_late_is_not_waited_for()
    {
        var limit = Limit(perMinute: 2);
        (await limit.WaitAsync(Partner, Cancellation)).Dispose();
        (await limit.WaitAsync(Partner, Cancellation)).Dispose();

        Assert.Equal(TimeSpan.FromSeconds(30), (await limit.WaitAsync(Partner, Cancellation)).RetryAfter);
        Assert.Equal(["perMinute partner-in-a-hurry 0"], _told);
    }

    [Fact]
    public async Task A_limit_that_is_off_lets_everything_pass_and_says_so()
    {
        var limit = Limit();

        Assert.Equal(["concurrent", "perMinute"], limit.SwitchedOff);
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, PartnerLimit.MostWaiting + 1).Select(_ => limit.WaitAsync(Partner, Cancellation))),
            turn => Assert.Null(turn.RetryAfter));
    }

    private PartnerLimit Limit(int concurrent = RateLimitSettings.Off, int perMinute = RateLimitSettings.Off) => _limit = new PartnerLimit(
        (nameof(concurrent), concurrent),
        (nameof(perMinute), perMinute),
        _time,
        (setting, partner, heldBack) => _told.Add($"{setting} {partner} {heldBack}"));
}

/// <summary>The limits as partners and operators meet them.</summary>
public sealed class LimitedPartnerTests
{
    private const string Partner = "partner-in-a-hurry";
    private const string Other = "partner-beside-it";

    [Fact]
    public async Task A_partner_places_so_many_orders_a_minute_and_the_same_request_is_accepted_later()
    {
        await using var orders = await OrdersSystem.StartAsync(new() { ["OrdersApi:WritesPerMinuteAndPartner"] = "2" });
        await orders.PlacedAsync(Partner);
        var id = await orders.PlacedAsync(Partner);
        var key = OrderSteps.NewKey();

        AssertLimited("30", await orders.PlaceAsync(orders.Writer(Partner).Make(), key));
        AssertLimited("30", await orders.CancelAsync(id, orders.Writer(Partner).Make()));
        Assert.Equal(2, (await orders.GetAsync("/orders", orders.Token(Partner).Make())).OrderIds().Count());
        await orders.PlacedAsync(Other);
        var line = Assert.Single(orders.Api.Logs.Lines, line => line.Contains("too_many_requests", StringComparison.Ordinal));
        Assert.StartsWith("Warning", line, StringComparison.Ordinal);
        Assert.Contains($"client {Partner} are refused (too_many_requests), by OrdersApi:WritesPerMinuteAndPartner", line, StringComparison.Ordinal);

        orders.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(201, (await orders.PlaceAsync(orders.Writer(Partner).Make(), key)).Status);
    }

    [Fact]
    public async Task A_partner_reads_so_often_a_minute_and_no_other_one_is_kept_from_it()
    {
        await using var orders = await OrdersSystem.StartAsync(new() { ["OrdersApi:ReadsPerMinuteAndPartner"] = "1" });
        Assert.Equal(200, (await orders.GetAsync("/orders", orders.Token(Partner).Make())).Status);

        AssertLimited("60", await orders.GetAsync("/orders", orders.Token(Partner).Make()));
        AssertLimited("60", await orders.GetAsync("/orders/ord-1", orders.Token(Partner).Make()));
        Assert.Equal(200, (await orders.GetAsync("/orders", orders.Token(Other).Make())).Status);
        await orders.PlacedAsync(Partner);
    }

    [Fact]
    public async Task A_limit_that_is_switched_off_is_a_warning_at_start()
    {
        string[] settings = ["ConcurrentReadsPerPartner", "ConcurrentWritesPerPartner", "ReadsPerMinuteAndPartner", "WritesPerMinuteAndPartner"];
        await using var orders = await OrdersSystem.StartAsync(settings.ToDictionary(setting => $"OrdersApi:{setting}", _ => "0"));

        Assert.All(settings, setting => Assert.Single(orders.Api.Logs.Lines, line =>
            line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains($"OrdersApi:{setting} is 0", StringComparison.Ordinal)));
        await orders.PlacedAsync(Partner);
    }

    private static void AssertLimited(string retryAfter, ApiAnswer answer)
    {
        Assert.Equal((429, "too_many_requests"), (answer.Status, answer.Code));
        Assert.Equal(("application/problem+json", retryAfter), (answer.MediaType, answer.RetryAfter));
    }
}
