using System.Net;
using System.Net.Http.Headers;
using System.Text;

using B2BAssertions.IntegrationTests.Flow;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.JwksServiceTests;
using B2BAssertions.IntegrationTests.OrdersApiTests;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.ProxyTests;

/// <summary>The four services behind a proxy that passes on whatever host it is told, and that they believe about the sender.</summary>
public sealed class ForgedHostSystem : IAsyncLifetime
{
    internal RunningSystem System { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        System = await RunningSystem.StartAsync(new Dictionary<string, string>
        {
            ["ForwardedHeaders:KnownNetworks:0"] = "127.0.0.1",
            [SettingNames.ServeApiDescription] = "true",
        });
        await System.FirstReportAsync();
    }

    public ValueTask DisposeAsync() => System.DisposeAsync();
}

/// <summary>Every address that a service tells is configuration: a host that a request makes up comes back nowhere.</summary>
public sealed class ForgedHostTests(ForgedHostSystem shared) : IClassFixture<ForgedHostSystem>
{
    private const string Forged = "evil.example";

    public static TheoryData<string, string, HttpStatusCode, string?> Answers => new()
    {
        { "AuthorizationServer", "/.well-known/oauth-authorization-server", HttpStatusCode.OK, "\"issuer\":\"{0}\"" },
        { "AuthorizationServer", "/.well-known/openid-configuration", HttpStatusCode.OK, "\"token_endpoint\":\"{0}/token\"" },
        { "AuthorizationServer", "/.well-known/jwks", HttpStatusCode.OK, "\"keys\"" },
        { "AuthorizationServer", "/token", HttpStatusCode.BadRequest, "\"error\":\"invalid_request\"" },
        { "AuthorizationServer", "/no-such-path", HttpStatusCode.NotFound, null },
        { "JwksService", "/.well-known/oauth-protected-resource", HttpStatusCode.OK, "\"resource\":\"{0}\"" },
        { "JwksService", "/.well-known/jwks", HttpStatusCode.OK, "\"keys\"" },
        { "JwksService", "/partners", HttpStatusCode.Unauthorized, "resource_metadata=\"{0}/.well-known/oauth-protected-resource\"" },
        { "JwksService", "/openapi/v1.json", HttpStatusCode.OK, "\"openapi\"" },
        { "JwksService", "/scalar/", HttpStatusCode.OK, "<html" },
        { "OrdersApi", "/.well-known/oauth-protected-resource", HttpStatusCode.OK, "\"resource\":\"{0}\"" },
        { "OrdersApi", "/orders", HttpStatusCode.Unauthorized, "resource_metadata=\"{0}/.well-known/oauth-protected-resource\"" },
        { "OrdersApi", "/openapi/v1.json", HttpStatusCode.OK, "\"openapi\"" },
        { "OrdersApi", "/scalar/", HttpStatusCode.OK, "<html" },
        { "OrdersApi", "/scalar", HttpStatusCode.Redirect, null },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_forged_host_comes_back_nowhere(string name, string path, HttpStatusCode status, string? expected)
    {
        var service = name switch
        {
            "AuthorizationServer" => shared.System.AuthorizationServer,
            "JwksService" => shared.System.JwksService,
            _ => shared.System.OrdersApi,
        };
        using var request = Forge(new HttpRequestMessage(HttpMethod.Get, path));

        var text = await SendAsync(service, request, status);

        Assert.Contains(string.Format(null, expected ?? "", service.Address), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_is_where_it_is_whatever_host_it_was_sent_to()
    {
        await using var orders = await OrdersSystem.StartAsync(new() { ["ForwardedHeaders:KnownNetworks:0"] = "127.0.0.1" });
        using var request = Forge(OrderSteps.PlaceRequest(
            orders.Writer("partner").Make(), OrderSteps.NewKey(), OrderSteps.NewOrder().ToJsonString()));

        var answer = await SendAsync(orders.Api, request, HttpStatusCode.Created);

        Assert.Contains("Location: /orders/ord-", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_where_it_is_whatever_host_it_was_sent_to_and_the_audit_trail_tells_the_sender()
    {
        await using var registry = await Registry.StartAsync(settings => settings["ForwardedHeaders:KnownNetworks:0"] = "127.0.0.2");
        var submission = registry.NewSubmission();
        using var proxy = LoopbackSender.ClientAt(2, registry.Service.Address);

        var answer = await SendAsync(proxy, SubmissionOf(submission), HttpStatusCode.Created);
        await SendAsync(registry.Service.Client, SubmissionOf(registry.NewOthersSubmission()), HttpStatusCode.Created);

        var kid = submission.Signer.Public.KeyId;
        Assert.Contains($"Location: /partners/{Registry.Partner}/keys/{kid}", answer, StringComparison.Ordinal);
        Assert.Contains($"\"{Registry.PublicAddress}/partners/{Registry.Partner}/", await PartnerAsync(registry), StringComparison.Ordinal);
        Assert.Equal("192.0.2.7", await AddressOfSubmissionAsync(registry, Registry.Partner));
        Assert.Equal("127.0.0.1", await AddressOfSubmissionAsync(registry, Registry.OtherPartner));
    }

    /// <summary>The host filter of the framework: by its default every host is let in, and a name that is listed must be the probes' as well.</summary>
    [Theory]
    [InlineData("api.example", HttpStatusCode.OK)]
    [InlineData(Forged, HttpStatusCode.BadRequest)]
    public async Task Where_AllowedHosts_is_set_it_is_the_Host_header_that_counts(string host, HttpStatusCode status)
    {
        await using var service = await SeenService.StartAsync(
            ("AllowedHosts", "api.example"), ("ForwardedHeaders:KnownNetworks:0", "127.0.0.1"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/seen") { Headers = { Host = host } };
        request.Headers.Add("X-Forwarded-Host", status == HttpStatusCode.OK ? Forged : "api.example");

        await SendAsync(service.Service, request, status);
    }

    private static HttpRequestMessage SubmissionOf(Submission submission) => Forge(
        new HttpRequestMessage(HttpMethod.Post, $"/partners/{submission.ClientId}/keys")
        {
            Content = new StringContent(submission.ToBody().ToJsonString(), Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", submission.Token) },
        });

    private static HttpRequestMessage Forge(HttpRequestMessage request)
    {
        request.Headers.Host = Forged;
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");
        request.Headers.Add("X-Forwarded-Host", Forged);
        request.Headers.Add("X-Forwarded-Prefix", $"/{Forged}");
        request.Headers.Add("X-Forwarded-Server", Forged);
        request.Headers.Add("Forwarded", $"host={Forged};proto=https");
        return request;
    }

    private static Task<string> SendAsync(RunningService service, HttpRequestMessage request, HttpStatusCode status) =>
        SendAsync(service.Client, request, status);

    /// <returns>The whole answer, headers and body.</returns>
    private static async Task<string> SendAsync(HttpClient client, HttpRequestMessage request, HttpStatusCode status)
    {
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = $"{response.Headers}{response.Content.Headers}\n{await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.DoesNotContain(Forged, text, StringComparison.OrdinalIgnoreCase);
        return text.Replace("\": ", "\":", StringComparison.Ordinal);
    }

    private static async Task<string> PartnerAsync(Registry registry) =>
        (await registry.SendAsync(HttpMethod.Get, $"/partners/{Registry.Partner}", registry.OperatorToken())).Text;

    private static async Task<string?> AddressOfSubmissionAsync(Registry registry, string clientId) => (string?)(await registry.Service.Client
        .GetAuditAsync(clientId, registry.OperatorToken().Make()))
        .Single(record => (string?)record!["action"] == "keySubmitted")!["address"];
}
