using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.JwksService;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Enrolment;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>The key registry with two partners, each with an enrolment token of its own, and a clock that stands still.</summary>
internal sealed class Registry : IAsyncDisposable
{
    public const string PublicAddress = "https://keys.example.test";
    public const string Partner = "partner-a";
    public const string OtherPartner = "partner-b";
    public const string Token = "enrolment-token-of-partner-a-0123456789";
    public const string OtherToken = "enrolment-token-of-partner-b-0123456789";

    private readonly TemporaryDirectory _directory = new();

    private Registry()
    {
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public RunningService Service { get; private set; } = null!;

    public Dictionary<string, string> Settings { get; } = new()
    {
        ["JwksService:PublicAddress"] = PublicAddress,
        ["JwksService:DefaultPartner"] = Partner,
        ["JwksService:Partners:0:ClientId"] = Partner,
        ["JwksService:Partners:0:Name"] = "Partner A",
        ["JwksService:Partners:0:EnrolmentToken"] = Token,
        ["JwksService:Partners:1:ClientId"] = OtherPartner,
        ["JwksService:Partners:1:Name"] = "Partner B",
        ["JwksService:Partners:1:EnrolmentToken"] = OtherToken,
    };

    public static async Task<Registry> StartAsync(Action<Dictionary<string, string>>? change = null)
    {
        var registry = new Registry();
        change?.Invoke(registry.Settings);
        registry.Service = await registry.StartServiceAsync();
        return registry;
    }

    /// <summary>One more instance on the same data directory.</summary>
    public async Task<RunningService> StartServiceAsync()
    {
        using var address = new ReservedAddress();
        return await RunningService.StartAsync(Program.Build, address, _directory.Path, Settings, Time);
    }

    public async Task RestartAsync()
    {
        await Service.DisposeAsync();
        Service = await StartServiceAsync();
    }

    public Submission NewSubmission(PartnerKeyPair? key = null) => new(key ?? PartnerKeyPair.NewEc(), Partner, Token, Time.GetUtcNow());

    public Task<HttpResponseMessage> SubmitAsync(Submission submission) =>
        SubmitAsync(submission, submission.ToBody().ToJsonString());

    public async Task<HttpResponseMessage> SubmitAsync(Submission submission, string body, string? contentType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/partners/{submission.ClientId}/keys");
        request.Content = new StringContent(body, Encoding.UTF8);
        request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        if (submission.Token is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task EnrolAsync(Submission submission)
    {
        using var response = await SubmitAsync(submission);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    /// <summary>The submission is refused with this status and code, and the database is as it was.</summary>
    public async Task AssertRefusedAsync(HttpStatusCode status, string code, Func<Task<HttpResponseMessage>> submit)
    {
        var before = await DumpAsync();
        using var response = await submit();
        await AssertProblemAsync(status, code, response);
        AssertNoErrorIsLogged();
        Assert.Equal(before, await DumpAsync());
    }

    /// <summary>What a partner does wrong is no error of this service, so nobody is woken for it.</summary>
    public void AssertNoErrorIsLogged() => Assert.DoesNotContain(
        Service.Logs.Lines,
        line => line.StartsWith("Error ", StringComparison.Ordinal) || line.StartsWith("Critical ", StringComparison.Ordinal));

    public static async Task AssertProblemAsync(HttpStatusCode status, string code, HttpResponseMessage response)
    {
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(code, problem!["code"]!.GetValue<string>());
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    public async Task<JsonArray> GetKeysAsync(string clientId)
    {
        var body = await Service.Client.GetStringAsync($"/partners/{clientId}/.well-known/jwks", TestContext.Current.CancellationToken);
        return JsonNode.Parse(body)!["keys"]!.AsArray();
    }

    public async Task<T> QueryAsync<T>(Func<JwksDbContext, Task<T>> query)
    {
        await using var scope = Service.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<JwksDbContext>());
    }

    /// <summary>One more enrolment token for the partner, as an operator will be able to give it.</summary>
    public Task<int> GiveTokenAsync(string token) => QueryAsync(database =>
    {
        var now = Time.GetUtcNow();
        database.EnrolmentTokens.Add(EnrolmentToken.Configured(Partner, EnrolmentTokenText.Hash(token), now, TimeSpan.FromHours(1)));
        return database.SaveChangesAsync();
    });

    /// <summary>Everything that the database holds.</summary>
    public Task<string> DumpAsync() => QueryAsync(async database => JsonSerializer.Serialize(new
    {
        Partners = await database.Partners.OrderBy(row => row.ClientId).ToListAsync(),
        Keys = await database.PartnerKeys.OrderBy(row => row.Id).ToListAsync(),
        Tokens = await database.EnrolmentTokens.OrderBy(row => row.Id).ToListAsync(),
        Proofs = await database.UsedProofs.OrderBy(row => row.Jti).ToListAsync(),
    }));

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _directory.Dispose();
    }
}
