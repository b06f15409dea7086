using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>No setting goes beyond what the rules allow, for all clients or for one; what is wrong stops the start and is named.</summary>
public sealed class AssertionSettingsTests : IClassFixture<StartedFixture>
{
    private readonly TokenEndpointFixture _fixture;

    public AssertionSettingsTests(StartedFixture started) => _fixture = started.Fixture;

    [Theory]
    [Trait("Rule", "AS-08")]
    [InlineData("ClientAssertion:MaxLifetime", "00:05:01")]
    [InlineData("ClientAssertion:MaxLifetime", "00:00:09")]
    [InlineData("Clients:1:ClientAssertion:MaxLifetime", "00:05:01")]
    public async Task A_lifetime_out_of_range_is_refused(string setting, string value) =>
        Assert.Contains($"AuthorizationServer:{setting} is {value}: expected 00:00:10 to 00:05:00.", await FailureAsync(setting, value), StringComparison.Ordinal);

    [Theory]
    [Trait("Rule", "AS-09")]
    [InlineData("ClientAssertion:ClockSkew", "00:01:01")]
    [InlineData("Clients:1:ClientAssertion:ClockSkew", "00:01:01")]
    [InlineData("Clients:1:ClientAssertion:ClockSkew", "-00:00:01")]
    public async Task A_clock_skew_out_of_range_is_refused(string setting, string value) =>
        Assert.Contains($"AuthorizationServer:{setting} is {value}: expected 00:00:00 to 00:01:00.", await FailureAsync(setting, value), StringComparison.Ordinal);

    [Theory]
    [Trait("Rule", "AS-03")]
    [InlineData("ClientAssertion:AllowedAlgorithms:0", "RS256")]
    [InlineData("ClientAssertion:AllowedAlgorithms:0", "none")]
    [InlineData("Clients:0:AllowedAlgorithms:0", "HS256")]
    public async Task Another_algorithm_than_PS256_and_ES256_cannot_be_allowed(string setting, string value) =>
        Assert.Contains($"AuthorizationServer:{setting[..^2]} holds '{value}': expected ", await FailureAsync(setting, value), StringComparison.Ordinal);

    [Theory]
    [InlineData("RequestsPerMinuteAndAddress", "-1")]
    [InlineData("RequestsPerMinuteAndClient", "1000001")]
    [InlineData("FailuresPerMinuteAndAddress", "-1")]
    [InlineData("FailuresPerMinuteAndClient", "-1")]
    public async Task A_limit_out_of_range_is_refused(string limit, string value) => Assert.Contains(
        $"AuthorizationServer:RateLimits:{limit} is {value}: expected 1 to 1000000, or 0 for no limit.",
        await FailureAsync($"RateLimits:{limit}", value),
        StringComparison.Ordinal);

    private async Task<string> FailureAsync(string setting, string value)
    {
        using var directory = new TemporaryDirectory();
        using var address = new ReservedAddress();
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, directory.Path, _fixture.Settings(($"AuthorizationServer:{setting}", value))));
        return failure.Message;
    }
}

/// <summary>A server whose settings are right, for tests that change one.</summary>
public sealed class StartedFixture : IAsyncLifetime
{
    internal TokenEndpointFixture Fixture { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Fixture = await TokenEndpointFixture.StartAsync();

    public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();
}
