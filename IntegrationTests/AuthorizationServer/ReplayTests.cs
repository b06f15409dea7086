using System.Text.Json.Nodes;

using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>An assertion works once.</summary>
public abstract class ReplayTests(DatabaseProvider provider) : IAsyncLifetime
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
    public async Task An_assertion_sent_twice_gets_a_token_once()
    {
        var assertion = _fixture.MakerA.Make();

        Assert.Equal(200, (await _fixture.SendAsync(assertion)).Status);
        var again = await _fixture.SendAsync(assertion);

        Assert.Equal((401, "invalid_client"), (again.Status, again.Error));
        Assert.Contains(_fixture.Server.Logs.Lines, line => line.Contains("assertion_replayed", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task Fifty_copies_of_one_assertion_sent_at_once_get_exactly_one_token()
    {
        var assertion = _fixture.MakerA.Make();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => _fixture.SendAsync(assertion))));

        Assert.Single(answers, answer => answer.AccessToken is not null);
        Assert.Equal(49, answers.Count(answer => answer is { Status: 401, Error: "invalid_client" }));
    }

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task A_used_assertion_stays_used_across_a_restart()
    {
        var assertion = _fixture.MakerA.Make();
        Assert.Equal(200, (await _fixture.SendAsync(assertion)).Status);

        using var address = new ReservedAddress();
        await using var restarted = await RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, _fixture.DataDirectory, _fixture.Settings(), _fixture.Time);
        using var form = TokenEndpointFixture.Form(assertion);
        using var answer = await restarted.Client.PostAsync(new Uri("/token", UriKind.Relative), form, TestContext.Current.CancellationToken);

        Assert.Equal(401, (int)answer.StatusCode);
    }

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task One_jti_may_be_used_by_two_clients_and_differs_by_case()
    {
        Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerA.Make(claims: claims => claims["jti"] = "id"))).Status);
        Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerA.Make(claims: claims => claims["jti"] = "ID"))).Status);
        Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerB.Make(claims: claims => claims["jti"] = "id"))).Status);
    }

    [Fact]
    [Trait("Rule", "AS-14")]
    public async Task A_forged_assertion_does_not_burn_a_real_jti()
    {
        var forged = await _fixture.SendAsync(_fixture.MakerA.Make(claims: claims => claims["jti"] = "id", sign: _ => new byte[256]));

        Assert.Equal(401, forged.Status);
        Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerA.Make(claims: claims => claims["jti"] = "id"))).Status);
    }

    [Fact]
    [Trait("Rule", "AS-14")]
    public async Task No_check_that_fails_burns_a_jti()
    {
        Action<JsonObject>[] faults =
        [
            claims => claims["aud"] = "https://other.example",
            claims => claims["sub"] = TokenEndpointFixture.ClientB,
            claims => claims["exp"] = 1,
            claims => claims["iat"] = claims["exp"]!.GetValue<long>(),
        ];
        foreach (var fault in faults)
        {
            Assert.Equal(401, (await _fixture.SendAsync(_fixture.MakerA.Make(claims: claims => { claims["jti"] = "id"; fault(claims); }))).Status);
        }

        Assert.Equal(401, (await _fixture.SendAsync(
            _fixture.MakerA.Make(header => header["kid"] = "unknown", claims => claims["jti"] = "id"))).Status);
        Assert.Equal(0, CountUsed());
        Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerA.Make(claims: claims => claims["jti"] = "id"))).Status);
    }

    [Theory]
    [Trait("Rule", "AS-10")]
    [InlineData("jti", "id\\u0000", "assertion_jti_missing")]
    [InlineData("jti", "\\u0000", "assertion_jti_missing")]
    [InlineData("jti", "\\ud800", "assertion_malformed")]
    [InlineData("iss", "client-a\\u0000", "client_unknown")]
    [InlineData("iss", "\\udfff", "assertion_malformed")]
    public async Task Text_that_no_database_takes_is_a_refusal_and_no_error(string claim, string json, string code)
    {
        var claims = _fixture.MakerA.Claims();
        claims[claim] = "here";
        var assertion = _fixture.MakerA.Sign(
            _fixture.MakerA.Header().ToJsonString(), claims.ToJsonString().Replace("\"here\"", $"\"{json}\"", StringComparison.Ordinal));

        var answer = await _fixture.SendAsync(assertion);

        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
        Assert.Contains(_fixture.Server.Logs.Lines, line => line.Contains($"refused: {code}.", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task A_used_jti_is_kept_while_the_assertion_could_be_sent_again_and_a_margin()
    {
        await _fixture.SendAsync(_fixture.MakerA.Make());

        _fixture.Time.Advance(TimeSpan.FromSeconds(70) + UsedAssertionStore.Margin);
        Assert.Equal(1, await SweepAndCountAsync());
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await SweepAndCountAsync());
    }

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task The_sweep_empties_more_than_a_batch()
    {
        await using (var scope = _fixture.Server.Services.CreateAsyncScope())
        {
            var database = scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>();
            database.UsedAssertions.AddRange(Enumerable.Range(0, UsedAssertionStore.SweepBatch + 1).Select(number =>
                new UsedAssertion { ClientId = TokenEndpointFixture.ClientA, JwtId = $"{number}", AcceptableUntil = 0 }));
            await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        _fixture.Time.Advance(TimeSpan.FromMinutes(1));

        await WaitFor.StateAsync("an empty table", () => CountUsed() == 0 ? "empty" : null);
    }

    private int CountUsed()
    {
        using var scope = _fixture.Server.Services.CreateScope();
        return scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().UsedAssertions.Count();
    }

    private async Task<int> SweepAndCountAsync()
    {
        await using var scope = _fixture.Server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<UsedAssertionStore>().ForgetExpiredAsync(TestContext.Current.CancellationToken);
        return await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().UsedAssertions
            .CountAsync(TestContext.Current.CancellationToken);
    }
}

public sealed class ReplayTestsOnSqlite() : ReplayTests(DatabaseProvider.Sqlite);

public sealed class ReplayTestsOnPostgreSql() : ReplayTests(DatabaseProvider.PostgreSql);
