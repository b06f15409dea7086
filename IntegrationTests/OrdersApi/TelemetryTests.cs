using B2BAssertions.IntegrationTests.ResourceServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

public sealed class TelemetryTests
{
    /// <summary>With everything logged that the framework can log.</summary>
    private static readonly Dictionary<string, string> LogEverything = new()
    {
        ["Logging:LogLevel:Microsoft"] = "Trace",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Trace",
    };

    [Fact]
    [Trait("Rule", "RS-01")]
    public async Task No_token_is_ever_logged()
    {
        await using var system = await OrdersSystem.StartAsync(LogEverything);
        var good = system.Token();
        var refused = system.Token();
        refused.Claims["aud"] = "https://other.example";
        var forged = system.Token();
        forged.Sign = _ => new byte[64];
        AccessTokenMaker[] makers = [good, refused, forged];

        foreach (var token in makers.Select(maker => maker.Make()))
        {
            await system.GetAsync("/orders", token);
            Assert.All(
                token.Split('.'),
                part => Assert.DoesNotContain(system.Api.Logs.Lines, line => line.Contains(part, StringComparison.Ordinal)));
        }

        Assert.All(
            makers,
            maker => Assert.DoesNotContain(
                system.Api.Logs.Lines,
                line => line.Contains((string)maker.Claims["jti"]!, StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Rule", "RS-02")]
    public async Task A_refused_token_is_one_line_that_cannot_be_broken_in_two()
    {
        await using var system = await OrdersSystem.StartAsync();
        var token = system.Token();
        token.Claims["aud"] = "https://other.example\nforged: line";
        await system.GetAsync("/orders", token.Make());

        var line = Assert.Single(system.Api.Logs.Lines, line => line.Contains("Access token refused (token_invalid)", StringComparison.Ordinal));
        Assert.Contains($@"audience, expected {system.Api.Address}, found https://other.example\u000Aforged: line.", line, StringComparison.Ordinal);
        Assert.Contains($"kid {token.Header["kid"]}, client partner-api-client.", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorizations_are_counted_by_outcome()
    {
        await using var system = await OrdersSystem.StartAsync();
        using var authorizations = new RecordedAuthorizations(system.Api);
        var withoutScope = system.Token();
        withoutScope.Claims.Remove("scope");

        await system.GetAsync("/orders", system.Token().Make());
        await system.GetAsync("/orders", token: null);
        await system.GetAsync("/orders", "no-token");
        await system.GetAsync("/orders", withoutScope.Make());
        await system.GetAsync("/health", token: null);

        Assert.Equal(["ok", "token_missing", "token_invalid", "scope_missing"], authorizations.Outcomes);
    }
}
