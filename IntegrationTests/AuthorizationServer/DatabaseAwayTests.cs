using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Without its database the server cannot tell a new assertion from a used one: it issues nothing, and says that it may later.</summary>
public abstract class DatabaseAwayTests(DatabaseProvider provider) : IAsyncLifetime
{
    private TokenEndpointFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await TokenEndpointFixture.StartOnAsync(provider);

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task A_right_assertion_gets_no_token_but_a_time_to_come_back_and_then_one()
    {
        Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerA.Make())).Status);

        await _fixture.Database.TakeAwayAsync();
        _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await WaitFor.StateAsync("a sweep in vain", () => Loud().FirstOrDefault(line => line.Contains("could not be removed", StringComparison.Ordinal)));
        var assertion = _fixture.MakerA.Make();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            AssertUnavailable(await _fixture.SendAsync(assertion));
        }

        AssertUnavailable(await _fixture.SendAsync(_fixture.MakerA.Make(claims: claims => claims["iss"] = "nobody")));
        Assert.Equal(401, (await _fixture.SendAsync("garbage")).Status);
        var line = Assert.Single(Loud(), line => line.Contains("database_unavailable", StringComparison.Ordinal));
        Assert.StartsWith("Warning", line, StringComparison.Ordinal);
        Assert.DoesNotContain(Loud(), line => line.StartsWith("Error", StringComparison.Ordinal));

        await _fixture.Database.BringBackAsync();
        Assert.Equal(200, (await _fixture.SendAsync(assertion)).Status);
        Assert.Equal(401, (await _fixture.SendAsync(assertion)).Status);
    }

    private IEnumerable<string> Loud() => _fixture.Server.Logs.Lines.Where(line =>
        line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Warning", StringComparison.Ordinal));

    private static void AssertUnavailable(TokenAnswer answer)
    {
        Assert.Equal((503, "temporarily_unavailable"), (answer.Status, answer.Error));
        Assert.Equal(5, answer.RetryAfter);
        Assert.Null(answer.AccessToken);
        Assert.True(answer.NoStore);
        Assert.NotNull(answer.TraceId);
    }
}

public sealed class DatabaseAwayTestsOnSqlite() : DatabaseAwayTests(DatabaseProvider.Sqlite);

public sealed class DatabaseAwayTestsOnPostgreSql() : DatabaseAwayTests(DatabaseProvider.PostgreSql);
