using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.JwksService;
using B2BAssertions.JwksService.Database;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>
/// The key registry with two partners, each with an enrolment token of its own, an issuer of the test's own, and a clock that stands still.
/// </summary>
internal sealed class Registry : IAsyncDisposable
{
    public const string PublicAddress = "https://keys.example.test";
    public const string Partner = "partner-a";
    public const string OtherPartner = "partner-b";
    public const string Operator = SystemSettings.OperatorClientId;
    public const string Token = "enrolment-token-of-partner-a-0123456789";
    public const string OtherToken = "enrolment-token-of-partner-b-0123456789";

    private readonly TemporaryDirectory _directory = new();
    private readonly TestDatabase _database;

    private Registry(TestDatabase database, TestIssuer issuer)
    {
        _database = database;
        Issuer = issuer;
        Settings["JwksService:Issuer"] = issuer.Address;
        foreach (var (name, value) in database.Settings)
        {
            Settings[name] = value;
        }
    }

    /// <summary>The authorization server whose access tokens the registry accepts.</summary>
    public TestIssuer Issuer { get; }

    public TestDatabase Database => _database;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>A long time passes, and no timer within it: the registry looks at its database every two seconds.</summary>
    public void Pass(TimeSpan time) => Time.AdjustTime(Time.GetUtcNow() + time);

    public RunningService Service { get; private set; } = null!;

    /// <summary>Without limits: tests send from one address, and many at once.</summary>
    public Dictionary<string, string> Settings { get; } = new()
    {
        ["JwksService:PublicAddress"] = PublicAddress,
        ["JwksService:DefaultPartner"] = Partner,
        ["JwksService:SubmissionsPerMinuteAndAddress"] = "10000",
        ["JwksService:SubmissionsPerMinuteAndPartner"] = "10000",
        ["JwksService:KeysPerDayAndPartner"] = "10000",
        ["JwksService:UnknownClientsPerMinuteAndAddress"] = "10000",
        ["JwksService:Partners:0:ClientId"] = Partner,
        ["JwksService:Partners:0:Name"] = "Partner A",
        ["JwksService:Partners:0:EnrolmentToken"] = Token,
        ["JwksService:Partners:1:ClientId"] = OtherPartner,
        ["JwksService:Partners:1:Name"] = "Partner B",
        ["JwksService:Partners:1:EnrolmentToken"] = OtherToken,
    };

    public static async Task<Registry> StartAsync(
        Action<Dictionary<string, string>>? change = null,
        string provider = ServiceDatabase.Sqlite)
    {
        var database = await TestDatabase.CreateAsync(provider == ServiceDatabase.Sqlite ? DatabaseProvider.Sqlite : DatabaseProvider.PostgreSql);
        var registry = new Registry(database, await TestIssuer.StartAsync(hasRsaKey: false));
        change?.Invoke(registry.Settings);
        try
        {
            registry.Service = await registry.StartServiceAsync();
        }
        catch
        {
            await registry.DisposeOfSurroundingsAsync();
            throw;
        }

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
    public Task AssertRefusedAsync(HttpStatusCode status, string code, Func<Task<HttpResponseMessage>> submit) => AssertUnchangedAsync(async () =>
    {
        using var response = await submit();
        await AssertProblemAsync(status, code, response);
    });

    /// <summary>The request is refused with this status and code, and the database is as it was.</summary>
    public Task AssertRefusedAsync(HttpStatusCode status, string code, Func<Task<ApiAnswer>> send) => AssertUnchangedAsync(async () =>
    {
        var answer = await send();
        Assert.Equal(((int)status, code, "application/problem+json"), (answer.Status, answer.Code, answer.MediaType));
    });

    /// <summary>Nothing of this leaves a trace in the database, or an error in the log.</summary>
    public async Task AssertUnchangedAsync(Func<Task> act)
    {
        var before = await DumpAsync();
        await act();
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

    public AccessTokenMaker OperatorToken() => AccessToken(Operator, SystemSettings.PartnersManageScope);

    public AccessTokenMaker PartnerToken(string clientId = Partner) => AccessToken(clientId, SystemSettings.KeysScope);

    public AccessTokenMaker AccessToken(string clientId, string scope) => new(Issuer, PublicAddress, Time.GetUtcNow(), clientId, scope);

    /// <summary>A new enrolment token for the partner, from an operator, beside those that are open.</summary>
    public async Task<string> NewTokenAsync(string clientId = Partner)
    {
        var created = await SendAsync(
            HttpMethod.Post, $"/partners/{clientId}/enrolments", OperatorToken(), new JsonObject { ["keepOthers"] = true });
        Assert.Equal(StatusCodes.Status201Created, created.Status);
        return (string)created.Body!["token"]!;
    }

    public Task<ApiAnswer> SendAsync(HttpMethod method, string path, AccessTokenMaker? token, JsonNode? body = null) =>
        SendTextAsync(method, path, token?.Make(), body?.ToJsonString());

    /// <summary>Address, token and body go out as they are written here, whatever they are.</summary>
    public async Task<ApiAnswer> SendTextAsync(
        HttpMethod method,
        string path,
        string? token,
        string? body = null,
        string contentType = "application/json")
    {
        var address = new Uri(Service.Address + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8);
        request.Content?.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var response = await Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await ApiAnswer.ReadAsync(response);
    }

    /// <summary>One of the partner's keys, as the operator sees it.</summary>
    public async Task<JsonNode> GetKeyAsync(string kid, string clientId = Partner)
    {
        var answer = await SendAsync(HttpMethod.Get, $"/partners/{clientId}/keys/{kid}", OperatorToken());
        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        return answer.Body!;
    }

    /// <summary>Everything that the database holds.</summary>
    public Task<string> DumpAsync() => QueryAsync(async database => JsonSerializer.Serialize(new
    {
        Partners = await database.Partners.OrderBy(row => row.ClientId).ToListAsync(),
        Keys = await database.PartnerKeys.OrderBy(row => row.Id).ToListAsync(),
        Tokens = await database.EnrolmentTokens.OrderBy(row => row.Id).ToListAsync(),
        Proofs = await database.UsedProofs.OrderBy(row => row.Jti).ToListAsync(),
        Audit = await database.AuditRecords.OrderBy(row => row.Id).ToListAsync(),
    }));

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Service.Logs.Forget();
        await DisposeOfSurroundingsAsync();
    }

    private async Task DisposeOfSurroundingsAsync()
    {
        await Issuer.DisposeAsync();
        await _database.DisposeAsync();
        _directory.Dispose();
    }
}
