using System.Net.Http.Headers;
using System.Text.RegularExpressions;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.JwksServiceTests;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.Secrecy;

/// <summary>
/// Everything runs, enrolment and refusals included, with every log at Trace: nothing secret reaches the console, the OTLP exporter or the
/// report.
/// </summary>
[Trait("Rule", "PC-07")]
public sealed partial class WholeSystemTests
{
    private static readonly string[] Signals = ["traces", "metrics", "logs"];

    [GeneratedRegex(@"client_assertion=(?<value>[\w.-]+)")]
    private static partial Regex SentAssertion { get; }

    [GeneratedRegex(@"Authorization: Bearer (?<value>eyJ[\w.-]+)")]
    private static partial Regex SentToken { get; }

    [Fact]
    public async Task No_secret_reaches_console_telemetry_or_report_though_everything_is_logged()
    {
        await using var system = await TappedSystem.StartAsync();
        var (report, text) = await system.FirstReportAsync();
        Assert.Null(report.Failure);
        Assert.True(report.Enrolment!.Enrolled);
        await MisuseWhatWasSentAsync(system);
        await system.StopAsync();

        var seen = system.Consoles.ToDictionary(console => $"console of {console.Key}", console => console.Value);
        foreach (var signal in Signals)
        {
            seen[$"OTLP {signal}"] = string.Join('\n', system.Otlp.Received(signal));
        }

        seen["report"] = text;
        AssertThatEverythingWasLogged(seen, report.Key!.Kid);
        var secrets = Secrets.Of(system);
        Assert.True(secrets.Count(secret => secret.Name == "signature of a JWT") >= 4);
        foreach (var (place, content) in seen)
        {
            Assert.Empty(secrets.Where(secret => content.Contains(secret.Value, StringComparison.Ordinal)).Select(secret => $"{secret.Name} in {place}"));
            Assert.False(Secrets.Jwt.IsMatch(content), $"A whole JWT in {place}.");
        }
    }

    /// <summary>What is no secret is found, so that the search would find a secret.</summary>
    private static void AssertThatEverythingWasLogged(Dictionary<string, string> seen, string kid)
    {
        Assert.All(seen.Where(place => place.Key != "OTLP metrics"), place => Assert.Contains(
            SystemSettings.PartnerClientId, place.Value, StringComparison.Ordinal));
        string[] withKid = ["console of PartnerClient", "console of JwksService", "OTLP traces", "OTLP logs", "report"];
        Assert.All(withKid, place => Assert.Contains(kid, seen[place], StringComparison.Ordinal));
        Assert.All(seen.Where(place => place.Key.StartsWith("console", StringComparison.Ordinal)), place => Assert.Contains(
            "trce: ", place.Value, StringComparison.Ordinal));
        Assert.Contains("assertion_replayed", seen["console of AuthorizationServer"], StringComparison.Ordinal);
        Assert.Contains("assertion_replayed", seen["OTLP logs"], StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", seen["OTLP metrics"], StringComparison.Ordinal);
    }

    /// <summary>Each in a way that a partner may come upon, or a thief: the services refuse it, and may say so, but not repeat it.</summary>
    private static async Task MisuseWhatWasSentAsync(TappedSystem system)
    {
        var assertion = SentAssertion.Match(system.Wire).Groups["value"].Value;
        var token = SentToken.Match(string.Concat(system.Orders.Seen)).Groups["value"].Value;
        using var issuer = new HttpClient { BaseAddress = new Uri(system.Issuer.Address) };
        var replayed = await TokenEndpointFixture.PostAsync(issuer, assertion);
        Assert.Equal(401, replayed.Status);
        Assert.NotEqual(200, (await TokenEndpointFixture.PostAsync(issuer, assertion, ("client_assertion", null), ("client_asertion", assertion))).Status);
        Assert.NotEqual(200, (await TokenEndpointFixture.PostAsync(issuer, assertion, ("client_secret", assertion))).Status);
        Assert.NotEqual(200, (await TokenEndpointFixture.PostAsync(issuer, assertion[..^8])).Status);
        Assert.NotEqual(200, await GetAsync(issuer, $"/token?client_assertion={assertion}"));

        using var orders = new HttpClient { BaseAddress = new Uri(system.Orders.Address) };
        Assert.Equal(200, await GetAsync(orders, "/orders", token));
        Assert.Equal(401, await GetAsync(orders, $"/orders?access_token={token}"));
        Assert.Equal(401, await GetAsync(orders, "/orders", token[..^8]));
        Assert.Equal(401, await GetAsync(orders, "/orders", assertion));

        using var registry = new HttpClient { BaseAddress = new Uri(system.Registry.Address) };
        var submission = new Submission(PartnerKeyPair.NewEc(), SystemSettings.PartnerClientId, TappedSystem.EnrolmentToken, DateTimeOffset.UtcNow);
        submission.Claims["aud"] = system.Registry.Address;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/partners/{SystemSettings.PartnerClientId}/keys")
        {
            Content = new StringContent(submission.ToBody().ToJsonString(), new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TappedSystem.EnrolmentToken);
        using var again = await registry.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)again.StatusCode);
        Assert.Equal(401, await GetAsync(registry, $"/partners/{SystemSettings.PartnerClientId}/keys?enrolment_token={TappedSystem.EnrolmentToken}"));
    }

    private static async Task<int> GetAsync(HttpClient http, string path, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
