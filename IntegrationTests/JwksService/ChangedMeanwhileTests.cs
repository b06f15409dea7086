using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.Submission;

using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>
/// What a submission was checked against changes before its key is stored: the partner hears what changed, and nothing is stored.
/// The two steps are taken by hand, because between them no request can be stopped.
/// </summary>
[Trait("Rule", "KR-10")]
public abstract class ChangedMeanwhileTests(string provider) : RegistryTests(provider)
{
    [Fact]
    public Task A_token_that_is_used_meanwhile() => AssertRefusedAsync("enrolment_token_used", _ => Registry.EnrolFirstKeyAsync());

    [Fact]
    public Task A_token_that_is_revoked_meanwhile() => AssertRefusedAsync(
        "enrolment_token_revoked",
        token => ChangeAsync(HttpMethod.Post, $"/partners/{Registry.Partner}/enrolments/{token}/revoke"));

    [Fact]
    public Task A_token_that_expires_meanwhile() => AssertRefusedAsync("enrolment_token_expired", _ =>
    {
        Registry.Pass(TimeSpan.FromHours(24));
        return Task.CompletedTask;
    });

    [Fact]
    public Task An_algorithm_that_is_withdrawn_meanwhile() => AssertRefusedAsync("jwk_algorithm_not_allowed", _ => ChangeAsync(
        HttpMethod.Put,
        $"/partners/{Registry.Partner}",
        new JsonObject { ["name"] = "Partner A", ["contact"] = "c", ["allowedAlgorithms"] = new JsonArray("PS256") }));

    [Fact]
    public async Task A_token_that_is_still_open_is_used()
    {
        Assert.Null(await RegisterAsync(_ => Task.CompletedTask));
        Assert.Single(await Registry.GetKeysAsync(Registry.Partner));
        Assert.Equal(1, await Registry.QueryAsync(database => database.EnrolmentTokens.CountAsync(
            token => token.UsedAt == Registry.Time.GetUtcNow(), Cancellation)));
    }

    private async Task AssertRefusedAsync(string code, Func<Guid, Task> meanwhile)
    {
        var before = string.Empty;
        Assert.Equal(code, await RegisterAsync(async token =>
        {
            await meanwhile(token);
            before = await Registry.DumpAsync();
        }));
        Assert.Equal(before, await Registry.DumpAsync());
    }

    private async Task<string?> RegisterAsync(Func<Guid, Task> meanwhile)
    {
        await using var scope = Registry.Service.Services.CreateAsyncScope();
        var token = await scope.ServiceProvider.GetRequiredService<EnrolmentTokens>()
            .CheckAsync(Registry.Partner, Registry.Token, Cancellation);
        Assert.True(token.IsSound);
        await meanwhile(token.Value.Id);
        var registered = await scope.ServiceProvider.GetRequiredService<KeyRegistration>().StoreAsync(
            Registry.Partner,
            new Actor(ActorKind.EnrolmentToken, $"{token.Value.Id}", Address: null, TraceId: null),
            token.Value,
            new SoundProof($"{Guid.NewGuid()}", Registry.Time.GetUtcNow().AddMinutes(1)),
            PartnerKeyPair.NewEc().Public,
            Cancellation);
        return registered.Fault?.Code;
    }

    private async Task ChangeAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        var answer = await Registry.SendAsync(method, path, Registry.OperatorToken(), body);
        Assert.Equal(StatusCodes.Status200OK, answer.Status);
    }
}

public sealed class ChangedMeanwhileTestsOnSqlite() : ChangedMeanwhileTests(ServiceDatabase.Sqlite);

public sealed class ChangedMeanwhileTestsOnPostgreSql() : ChangedMeanwhileTests(ServiceDatabase.PostgreSql);
