using System.Net.Http.Headers;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.OrdersApiTests;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.ResourceServerTests;

/// <summary>A flood of bad tokens is no flood of log lines, and after some of them its sender's tokens are not looked at.</summary>
public sealed class FailedTokenLimitTests
{
    private const string Setting = "OrdersApi:FailuresPerMinuteAndAddress";
    private const string Refused = "Access token refused (token_invalid)";

    [Fact]
    public async Task One_line_for_each_check_and_sender_counts_those_that_were_left_out()
    {
        await using var orders = await OrdersSystem.StartAsync();
        using var other = LoopbackSender.ClientAt(2, orders.Api.Address);
        for (var count = 0; count < 5; count++)
        {
            Assert.Equal(401, (await orders.GetAsync("/orders", Expired(orders))).Status);
            Assert.Equal(401, (await SendAsync(other, Expired(orders))).Status);
        }

        Assert.Equal(401, (await orders.GetAsync("/orders", "no-token")).Status);
        Assert.Equal(3, Lines(orders, Refused).Count());
        Assert.Equal(2, Lines(orders, "(token_invalid): expiry,").Count());
        Assert.Single(Lines(orders, "Address 127.0.0.2; 0 more"));

        orders.Time.Advance(LogPace.Pause);
        await orders.GetAsync("/orders", Expired(orders));
        Assert.Single(Lines(orders, "Address 127.0.0.1; 4 more of this check and sender"));
    }

    [Fact]
    public async Task A_partner_that_asks_for_what_its_token_does_not_allow_is_one_line_too()
    {
        await using var orders = await OrdersSystem.StartAsync();
        for (var count = 0; count < 4; count++)
        {
            Assert.Equal("scope_missing", (await orders.PlaceAsync(orders.Token().Make(), OrderSteps.NewKey())).Code);
        }

        Assert.Single(Lines(orders, "(scope_missing)"));
        orders.Time.Advance(LogPace.Pause);
        await orders.PlaceAsync(orders.Token().Make(), OrderSteps.NewKey());
        Assert.Single(Lines(orders, "lacks the scope write. 3 more of this client"));
    }

    [Fact]
    public async Task Who_sends_bad_tokens_too_often_waits_and_nobody_elsewhere_does()
    {
        await using var orders = await OrdersSystem.StartAsync(new() { [Setting] = "3" });
        using var other = LoopbackSender.ClientAt(2, orders.Api.Address);
        Assert.Equal(401, (await orders.GetAsync("/orders", Expired(orders))).Status);
        Assert.Equal(401, (await orders.GetAsync("/orders", "no-token")).Status);
        Assert.Equal(400, (await orders.GetAsync("/orders", "two words")).Status);

        for (var count = 0; count < 3; count++)
        {
            var limited = await orders.GetAsync("/orders", orders.Token().Make());
            Assert.Equal((429, "too_many_invalid_tokens"), (limited.Status, limited.Code));
            Assert.Equal(("application/problem+json", "20"), (limited.MediaType, limited.RetryAfter));
            Assert.Null(limited.Challenge);
        }

        Assert.Equal(200, (await SendAsync(other, orders.Token().Make())).Status);
        Assert.Equal(401, (await orders.GetAsync("/orders", token: null)).Status);
        Assert.Equal(200, (await orders.GetAsync("/health", token: null)).Status);
        var line = Assert.Single(Lines(orders, "(too_many_invalid_tokens)"));
        Assert.StartsWith("Warning", line, StringComparison.Ordinal);
        Assert.Contains($"Access tokens from 127.0.0.1 are not looked at (too_many_invalid_tokens), by {Setting}; 0 more", line, StringComparison.Ordinal);

        orders.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, (await orders.GetAsync("/orders", orders.Token().Make())).Status);
    }

    [Fact]
    public async Task A_limit_that_is_switched_off_is_a_warning_at_start()
    {
        await using var orders = await OrdersSystem.StartAsync(new() { [Setting] = "0" });

        Assert.StartsWith("Warning", Assert.Single(Lines(orders, $"{Setting} is 0")), StringComparison.Ordinal);
    }

    [Fact]
    public void More_senders_than_can_be_told_apart_share_one_pace_and_no_count_is_lost()
    {
        var time = new FakeTimeProvider();
        var paces = new LogPaces<int>(time);
        foreach (var sender in Enumerable.Range(0, LogPaces<int>.MaxKeys))
        {
            Assert.True(paces.IsDue(sender, out _));
            Assert.False(paces.IsDue(sender, out _));
        }

        Assert.True(paces.IsDue(-1, out _));
        Assert.False(paces.IsDue(-2, out _));
        Assert.False(paces.IsDue(-3, out _));

        time.Advance(LogPace.Pause);
        Assert.True(paces.IsDue(-4, out var ofNew));
        Assert.Equal(0, ofNew);
        foreach (var sender in Enumerable.Range(0, LogPaces<int>.MaxKeys - 1))
        {
            Assert.True(paces.IsDue(sender, out _));
        }

        Assert.True(paces.IsDue(-5, out var heldBack));
        Assert.Equal(LogPaces<int>.MaxKeys + 2, heldBack);
    }

    private static string Expired(OrdersSystem orders)
    {
        var token = orders.Token();
        token.Claims["exp"] = orders.Time.GetUtcNow().ToUnixTimeSeconds() - 3600;
        return token.Make();
    }

    private static IEnumerable<string> Lines(OrdersSystem orders, string text) =>
        orders.Api.Logs.Lines.Where(line => line.Contains(text, StringComparison.Ordinal));

    private static async Task<ApiAnswer> SendAsync(HttpClient client, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await ApiAnswer.ReadAsync(response);
    }
}
