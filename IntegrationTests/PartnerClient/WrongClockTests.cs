using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Interop;
using B2BAssertions.PartnerClient;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>The real servers keep the right time and the partner's machine does not.</summary>
public sealed class WrongClockTests
{
    [Theory]
    [InlineData(5, "ahead of", "assertion_from_the_future")]
    [InlineData(-5, "behind", "assertion_expired")]
    [Trait("Rule", "AS-08")]
    [Trait("Rule", "AS-09")]
    public async Task A_clock_five_minutes_off_is_named_and_by_how_much(int minutes, string direction, string code)
    {
        await using var view = await PartnersView.StartAsync();
        var off = TimeSpan.FromMinutes(minutes);

        var first = await RunAsync(view, off);
        Assert.Equal("enrolment", first.Failure?.Step);
        Assert.Contains("clock", first.Failure!.WhatToDo, StringComparison.Ordinal);

        var right = await RunAsync(view, TimeSpan.Zero);
        Assert.Null(right.Failure);

        var later = await RunAsync(view, off);
        Assert.Equal(("token", "token_refused"), (later.Failure?.Step, later.Failure?.Code));
        Assert.Contains("invalid_client", later.Failure!.Message, StringComparison.Ordinal);
        // About five minutes: the client's clock stands still while the server's goes on.
        Assert.Matches($@"^Set this machine's clock: it is (2[6-9]|3[0-3])\d s {direction} the server's\. Run 'PartnerClient doctor'", later.Failure.WhatToDo);
        Assert.Contains(view.AuthorizationServer.Logs.Lines, line => line.Contains(code, StringComparison.Ordinal));
    }

    private static async Task<FlowReport> RunAsync(PartnersView view, TimeSpan off)
    {
        var addresses = new SystemAddresses(view.AuthorizationServer.Address, view.JwksService.Address, view.OrdersApi.Address);
        using var address = new ReservedAddress();
        await using var client = await RunningService.StartAsync(
            Program.Build,
            address,
            view.Folder,
            new Dictionary<string, string>(SystemSettings.ForPartnerClient(addresses))
            {
                [SettingNames.PartnerClientEnrolmentToken] = PartnersView.EnrolmentToken,
            },
            new FakeTimeProvider(DateTimeOffset.UtcNow + off));
        return await WaitFor.StateAsync("a flow", () => client.Services.GetRequiredService<FlowState>().Last);
    }
}
