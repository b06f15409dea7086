using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient.Doctor;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Doctor;

/// <summary>The doctor with real servers: nothing wrong, and then one thing at a time.</summary>
[Collection<OneDoctorSystem>]
public sealed class ServerTests(DoctorSystem system) : DoctorRuns(system)
{
    [Fact]
    public async Task With_nothing_wrong_every_line_is_ok()
    {
        using var folder = new DoctorFolder(KeyFileMaker.Pem);
        var before = folder.Snapshot();

        var examined = await Examined.RunAsync(folder.Path, Servers.Settings);

        Assert.All(examined.Report.Findings, finding => Assert.True(finding.Result.Status == CheckStatus.Ok, FindingText.Describe(finding)));
        Assert.Equal(Examination.Length, examined.Report.Findings.Count);
        Assert.True(examined.Report.IsHealthy);
        Assert.Contains(Servers.Key.Kid, examined["key"].Message, StringComparison.Ordinal);
        Assert.Contains("RSA 2048 bits", examined["key"].Message, StringComparison.Ordinal);
        Assert.Contains("active since", examined["key state"].Message, StringComparison.Ordinal);
        Assert.Matches("^scope 'read', good for (29[0-9]|300) s$", examined["token"].Message);
        Assert.Contains("All is well.", examined.Text, StringComparison.Ordinal);
        Assert.Equal(before, folder.Snapshot());
    }

    [Theory]
    [InlineData(5, "ahead of")]
    [InlineData(-5, "behind")]
    public async Task A_clock_five_minutes_off_is_named_with_its_direction(int minutes, string direction)
    {
        var examined = await RunAsync(time: new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(minutes)));

        var clock = examined.AssertFailed("clock", "clock_skew");
        Assert.Matches($"This machine's clock is (29|30).? s {direction} that of the", clock.Message);
        Assert.Contains("NTP", clock.WhatToDo, StringComparison.Ordinal);
        Assert.Equal("token, key state, orders", examined.Names(CheckStatus.Skipped));
    }

    [Fact]
    public async Task An_issuer_that_differs_by_a_slash_is_named_as_it_stands_in_the_metadata()
    {
        var examined = await RunAsync("Issuer", Servers.Addresses.AuthorizationServer + "/");

        var issuer = examined.AssertFailed("issuer", "issuer_mismatch");
        Assert.Contains($"'{Servers.Addresses.AuthorizationServer}'", issuer.Message, StringComparison.Ordinal);
        Assert.Equal("token endpoint, authentication, grant and scope, token, key state, orders", examined.Names(CheckStatus.Skipped));
    }

    [Fact]
    public async Task A_registry_that_is_down_is_named_and_the_rest_is_looked_at_all_the_same()
    {
        using var nobody = new ReservedAddress();

        var examined = await RunAsync("JwksService", nobody.Address);

        Assert.Contains(nobody.Address, examined.AssertFailed("key set", "server_unavailable").Message, StringComparison.Ordinal);
        Assert.Equal("key state", examined.Names(CheckStatus.Skipped));
        Assert.Equal(CheckStatus.Ok, examined["orders"].Status);
    }

    [Fact]
    public async Task A_server_that_is_away_is_named_with_its_setting()
    {
        using var nobody = new ReservedAddress();

        var examined = await RunAsync("Issuer", nobody.Address);

        Assert.Contains("PartnerClient:Issuer", examined.AssertFailed("metadata", "server_unavailable").WhatToDo, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Ok, examined["key set"].Status);
    }

    [Fact]
    public async Task A_key_that_was_never_enrolled_is_named()
    {
        using var other = RSA.Create(2048);
        using var folder = new DoctorFolder(KeyFileMaker.Encrypt(other, KeyFileMaker.Password));

        var examined = await Examined.RunAsync(folder.Path, Servers.Settings);

        var keySet = examined.AssertFailed("key set", "key_not_published");
        Assert.Contains(Servers.Key.Kid, keySet.Message, StringComparison.Ordinal);
        Assert.Contains("PartnerClient:EnrolmentToken", keySet.WhatToDo, StringComparison.Ordinal);
        Assert.Equal("token, key state, orders", examined.Names(CheckStatus.Skipped));
    }

    [Fact]
    public async Task A_partner_whom_nobody_knows_is_named()
    {
        var examined = await RunAsync("ClientId", "nobody-knows-me");

        Assert.Contains("PartnerClient:ClientId", examined.AssertFailed("key set", "partner_unknown").WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_whom_the_authorization_server_does_not_know_is_told_what_to_ask()
    {
        var examined = await RunAsync("ClientId", DoctorSystem.Stranger);

        var token = examined.AssertFailed("token", "token_refused");
        Assert.Contains("invalid_client", token.Message, StringComparison.Ordinal);
        Assert.Contains(DoctorSystem.Stranger, token.WhatToDo, StringComparison.Ordinal);
        Assert.Contains($"/partners/{DoctorSystem.Stranger}/.well-known/jwks", token.WhatToDo, StringComparison.Ordinal);
        Assert.Contains(examined.Report.TraceId, examined.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_that_is_not_granted_is_named()
    {
        var examined = await RunAsync("Scope", SystemSettings.PartnersManageScope);

        Assert.Contains("invalid_scope", examined.AssertFailed("token", "token_refused").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_API_that_is_down_is_named()
    {
        using var nobody = new ReservedAddress();

        var examined = await RunAsync("OrdersApi", nobody.Address);

        Assert.Contains("PartnerClient:OrdersApi", examined.AssertFailed("orders", "server_unavailable").WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_where_no_orders_are_is_named()
    {
        var examined = await RunAsync("OrdersApi", Servers.Addresses.JwksService);

        Assert.Contains("404", examined.AssertFailed("orders", "orders_refused").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_that_the_API_misses_is_named_with_the_code_of_its_problem()
    {
        var examined = await RunAsync("Scope", SystemSettings.WriteScope);

        var orders = examined.AssertFailed("orders", "orders_refused");
        Assert.Contains("403 (scope_missing)", orders.Message, StringComparison.Ordinal);
        Assert.Contains("'read'", orders.WhatToDo, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Rule", "PC-06")]
    [InlineData(true, "key_retiring", "leaves the key set at 20")]
    [InlineData(false, "key_pending", "before 20")]
    public async Task A_key_that_comes_or_goes_is_a_warning_with_its_time(bool isFormer, string code, string expected)
    {
        using var folder = new DoctorFolder(isFormer ? Servers.FormerPem : Servers.NextPem);
        var settings = Servers.Settings;
        settings["PartnerClient:ClientId"] = DoctorSystem.Rotating;
        settings["PartnerClient:Algorithm"] = "ES256";

        var examined = await Examined.RunAsync(folder.Path, settings);

        Assert.Equal((CheckStatus.Warning, code), (examined["key state"].Status, examined["key state"].Code));
        Assert.Contains(expected, examined["key state"].Message, StringComparison.Ordinal);
        Assert.True(examined.Report.IsHealthy, examined.Text);
    }
}
