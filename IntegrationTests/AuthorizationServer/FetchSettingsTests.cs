using B2BAssertions.DatabaseDefaults;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Settings of the fetch: what stops the start, and what is said when they loosen a rule.</summary>
public sealed class FetchSettingsTests
{
    private const string Section = "AuthorizationServer:ClientJwks";
    private const string JwksUri = "AuthorizationServer:Clients:0:JwksUri";

    /// <summary>Takes the place of the fixture's own, and permits nothing of this machine.</summary>
    private static readonly (string, string) OtherHost = ($"{Section}:AllowedHosts:0", "other.example");

    private static readonly string[] TraceHeaders = ["traceparent", "tracestate", "baggage", "Correlation-Context", "Request-Id"];

    [Theory]
    [Trait("Rule", "JW-03")]
    [Trait("Rule", "JW-04")]
    [InlineData("AllowedHosts:0", "https://keys.example", "AllowedHosts:0 is 'https://keys.example': expected a host name")]
    [InlineData("AllowedHosts:0", "*.example", "AllowedHosts:0 is '*.example': expected a host name")]
    [InlineData("AllowedHosts:0", "keys.example:8443", "AllowedHosts:0 is 'keys.example:8443': expected a host name")]
    [InlineData("AllowedNetworks:0", "10.0.0.1/8", "AllowedNetworks:0 is '10.0.0.1/8': expected the first address")]
    [InlineData("AllowedNetworks:0", "10.0.0.0", "AllowedNetworks:0 is '10.0.0.0': expected the first address")]
    [InlineData("LastGoodFor", "-00:00:01", "LastGoodFor is -00:00:01: expected 00:00:00 (off) to 7.00:00:00.")]
    [InlineData("LastGoodFor", "7.00:00:01", "LastGoodFor is 7.00:00:01: expected 00:00:00 (off) to 7.00:00:00.")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string value, string message)
    {
        var failure = Assert.Single(await FailuresAsync(($"{Section}:{setting}", value)));

        Assert.StartsWith($"{Section}:{message}", failure, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Rule", "JW-04")]
    [InlineData("http://keys.example/jwks", "expected https, or 'keys.example' in")]
    [InlineData("http://127.0.0.1/jwks", "expected https, or '127.0.0.1' in")]
    [InlineData("https://10.0.0.1/jwks", "an address for another use (private, RFC 1918)")]
    [InlineData("https://[::ffff:a9fe:a9fe]/jwks", "an address for another use (link-local, RFC 3927)")]
    [InlineData("https://0x7f000001/jwks", "an address for another use (loopback, RFC 1122)")]
    public async Task An_address_that_could_never_be_asked_stops_the_start(string address, string message)
    {
        var failures = await FailuresAsync(OtherHost, (JwksUri, address));

        Assert.Contains(failures, failure => failure.StartsWith($"{JwksUri} is '{address}'", StringComparison.Ordinal)
            && failure.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    [Trait("Rule", "JW-04")]
    public async Task Each_looser_value_is_named_at_the_start()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync(
            ($"{Section}:AllowedHosts:1", "keys.internal.example"),
            ($"{Section}:AllowedNetworks:0", "10.1.0.0/16"),
            ($"{Section}:LastGoodFor", "2.00:00:00"));

        AssertWarned(fixture, $"Rule JW-04 is loosened by the setting {Section}:AllowedHosts: 127.0.0.1.");
        AssertWarned(fixture, $"Rule JW-04 is loosened by the setting {Section}:AllowedHosts: keys.internal.example.");
        AssertWarned(fixture, $"Rule JW-04 is loosened by the setting {Section}:AllowedNetworks: 10.1.0.0/16.");
        AssertWarned(fixture, $"Rule JW-03 is loosened by the setting {Section}:LastGoodFor: 2.00:00:00.");
    }

    [Fact]
    [Trait("Rule", "JW-04")]
    public async Task In_Development_the_sets_may_be_on_this_machine_and_the_log_says_so()
    {
        await using var fixture = await TokenEndpointFixture.StartOnAsync(DatabaseProvider.Sqlite, BeInDevelopment, OtherHost);

        AssertWarned(fixture, "Rule JW-04 is loosened by the environment Development");
        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerA.Make())).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_a_host_that_the_operator_lists_is_told_of_the_trace_and_its_baggage(bool isListed)
    {
        await using var fixture = isListed
            ? await TokenEndpointFixture.StartAsync()
            : await TokenEndpointFixture.StartOnAsync(DatabaseProvider.Sqlite, BeInDevelopment, OtherHost);

        var answer = await fixture.PostAsync(TokenEndpointFixture.Form(fixture.MakerA.Make()), request =>
        {
            request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            request.Headers.Add("tracestate", "vendor=state");
            request.Headers.Add("baggage", "user=alice");
        });

        Assert.Equal(200, answer.Status);
        Assert.Equal(isListed ? ["traceparent", "tracestate"] : [], TraceHeaders.Take(2).Where(fixture.JwksA.LastHeaders.Contains));
        Assert.Equal(isListed, TraceHeaders.Skip(2).Any(fixture.JwksA.LastHeaders.Contains));
    }

    private static void BeInDevelopment(IServiceCollection services) =>
        ((IHostEnvironment)services.Last(service => service.ServiceType == typeof(IHostEnvironment)).ImplementationInstance!)
            .EnvironmentName = Environments.Development;

    private static void AssertWarned(TokenEndpointFixture fixture, string text) => Assert.Single(
        fixture.Server.Logs.Lines,
        line => line.StartsWith("Warning ", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal));

    /// <summary>Sets of the clients are never asked for, so nobody need be there.</summary>
    private static async Task<IEnumerable<string>> FailuresAsync(params (string Name, string Value)[] settings)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => TokenEndpointFixture.StartAsync(settings));
        return exception.Failures.Distinct();
    }
}
