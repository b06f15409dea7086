using System.Globalization;
using System.Net;
using System.Text;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.JwksService.Jwks;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Without its database the registry does what partners need most: it serves the key sets that it has.</summary>
[Trait("Rule", "KR-02")]
public abstract class DatabaseAwayTests(string provider) : RegistryTests(provider)
{
    private const string AwayLine = "The database does not answer";
    private const string BackLine = "The database answers again";

    [Fact]
    public async Task A_known_set_is_served_on_and_health_is_Degraded_with_one_warning()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        var before = await Registry.Service.Client.GetSetAsync();
        Assert.Equal([kid], before.Kids);
        Assert.Equal("Healthy", await HealthAsync());

        var loudBefore = LoudLines();
        await Registry.Database.TakeAwayAsync();
        for (var ticks = 0; ticks < 3; ticks++)
        {
            Registry.Time.Advance(PublishedSetsRefresh.Interval);
            await WaitFor.StateAsync("health is Degraded", async () => await HealthAsync() == "Degraded" ? "" : null);
            await WaitFor.StateAsync("the loss is told", () => Told(AwayLine) > 0 ? "" : null);
            Assert.Equal(before.ETag, (await Registry.Service.Client.GetSetAsync()).ETag);
            AssertUnavailable(await GetAsync("/partners/nobody/.well-known/jwks"));
        }

        Assert.Equal(1, Told(AwayLine));
        Assert.Contains(AwayLine, Assert.Single(LoudLines().Except(loudBefore)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_needs_the_database_is_answered_503_with_a_time_to_come_back()
    {
        await Registry.Service.Client.GetSetAsync();
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        var submission = Registry.NewLaterKey();
        var first = Registry.NewSubmission();
        await Registry.Database.TakeAwayAsync();

        AssertUnavailable(await GetAsync($"/partners/{Registry.OtherPartner}/.well-known/jwks"));
        AssertUnavailable(await Registry.SendAsync(HttpMethod.Get, "/partners", Registry.OperatorToken()));
        AssertUnavailable(await Registry.SendAsync(HttpMethod.Get, KeySteps.Keys, Registry.PartnerToken()));
        AssertUnavailable(await Registry.StepAsync(kid, "revoke"));
        using var later = await Registry.SubmitAsync(submission);
        AssertUnavailable(await ApiAnswer.ReadAsync(later));
        using var enrolment = await Registry.SubmitAsync(first);
        AssertUnavailable(await ApiAnswer.ReadAsync(enrolment));
    }

    [Fact]
    public async Task A_change_that_fails_does_not_lose_the_set_in_memory()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        var before = await Registry.Service.Client.GetSetAsync();
        await Registry.Database.TakeAwayAsync();

        AssertUnavailable(await Registry.StepAsync(kid, "revoke"));

        Assert.Equal(before.ETag, (await Registry.Service.Client.GetSetAsync()).ETag);
        await Registry.Database.BringBackAsync();
        Assert.Equal([kid], (await Registry.Service.Client.GetSetAsync()).Kids);
        Assert.Equal(StatusCodes.Status200OK, (await Registry.StepAsync(kid, "revoke")).Status);
        Assert.Empty((await Registry.Service.Client.GetSetAsync()).Kids);
    }

    [Fact]
    public async Task When_the_database_is_back_it_is_told_and_changes_made_meanwhile_appear()
    {
        var kid = await Registry.AddKeyAsync(KeyState.Active);
        Assert.Equal([kid], (await Registry.Service.Client.GetSetAsync()).Kids);
        await using var replica = await Registry.StartServiceAsync();
        Assert.Equal([kid], (await replica.Client.GetSetAsync()).Kids);
        await Registry.Database.TakeAwayAsync();
        Registry.Time.Advance(PublishedSetsRefresh.Interval);
        await WaitFor.StateAsync("the loss is told", () => Told(AwayLine) > 0 ? "" : null);

        await Registry.Database.BringBackAsync();
        Assert.Equal(HttpStatusCode.OK, await RevokeAtAsync(replica, kid));
        Registry.Time.Advance(PublishedSetsRefresh.Interval);

        await WaitFor.StateAsync("the return is told", () => Told(BackLine) > 0 ? "" : null);
        await WaitFor.StateAsync("the change is served", async () => (await Registry.Service.Client.GetSetAsync()).Kids.Length == 0 ? "" : null);
        Assert.Equal("Healthy", await HealthAsync());
        Assert.Equal((1, 1), (Told(AwayLine), Told(BackLine)));
    }

    [Fact]
    public async Task A_second_loss_is_told_again()
    {
        for (var loss = 1; loss <= 2; loss++)
        {
            await Registry.Database.TakeAwayAsync();
            Registry.Time.Advance(PublishedSetsRefresh.Interval);
            await WaitFor.StateAsync("the loss is told", () => Told(AwayLine) == loss ? "" : null);
            AssertUnavailable(await GetAsync("/partners/nobody/.well-known/jwks"));
            Assert.Equal(loss, Told(AwayLine));
            await Registry.Database.BringBackAsync();
            Assert.Equal(StatusCodes.Status404NotFound, (await GetAsync("/partners/nobody/.well-known/jwks")).Status);
            Assert.Equal(loss, Told(BackLine));
        }
    }

    private static void AssertUnavailable(ApiAnswer answer)
    {
        Assert.Equal((StatusCodes.Status503ServiceUnavailable, "database_unavailable"), (answer.Status, answer.Code));
        Assert.Equal("application/problem+json", answer.MediaType);
        Assert.InRange(int.Parse(answer.RetryAfter!, CultureInfo.InvariantCulture), 1, 60);
    }

    /// <summary>What an operator sees at the log levels that the services have by default.</summary>
    /// <summary>Without those of the health checks, which a service writes only when its operator asks for them, as the tests do.</summary>
    private List<string> LoudLines() => [.. Registry.Service.Logs.Lines.Where(line =>
        (line.StartsWith("Warning ", StringComparison.Ordinal)
            || line.StartsWith("Error ", StringComparison.Ordinal)
            || line.StartsWith("Critical ", StringComparison.Ordinal))
        && !line.Contains(" Microsoft.Extensions.Diagnostics.HealthChecks.", StringComparison.Ordinal))];

    private int Told(string line) => Registry.Service.Logs.Lines.Count(logged => logged.Contains(line, StringComparison.Ordinal));

    private async Task<string> HealthAsync()
    {
        using var response = await Registry.Service.Client.GetAsync("/health", Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    private Task<ApiAnswer> GetAsync(string path) => Registry.SendAsync(HttpMethod.Get, path, token: null);

    private async Task<HttpStatusCode> RevokeAtAsync(RunningService service, string kid)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{KeySteps.Keys}/{kid}/revoke");
        request.Headers.Authorization = new("Bearer", Registry.OperatorToken().Make());
        request.Content = new StringContent("""{"reason":"lost"}""", Encoding.UTF8, "application/json");
        using var response = await service.Client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }
}

public sealed class DatabaseAwayTestsOnSqlite() : DatabaseAwayTests(ServiceDatabase.Sqlite);

public sealed class DatabaseAwayTestsOnPostgreSql() : DatabaseAwayTests(ServiceDatabase.PostgreSql);
