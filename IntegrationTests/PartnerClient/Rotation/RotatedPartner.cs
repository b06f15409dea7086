using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Rotation;

/// <summary>
/// The real registry and the real authorization server on a clock that the test moves, and the data directory of one partner, whose client
/// is built anew as often as a test lets it crash.
/// </summary>
public sealed class RotatedPartner : IAsyncLifetime
{
    private const string EnrolmentToken = "an-enrolment-token-that-only-this-test-knows-0123456789";
    private const string OrdersAddress = "http://127.0.0.1:9";

    private readonly TemporaryDirectory _directory = new();
    private readonly SigningKey _operator = SigningKey.From(RSA.Create(2048));
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private SystemAddresses _addresses = SystemAddresses.Default;
    private RunningService? _registry;
    private RunningService? _issuer;

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    internal Dictionary<string, string> Settings { get; private set; } = [];

    internal string DataDirectory => _directory.FileNamed("partner-client");

    private string KeysUri => $"{_addresses.JwksService}/partners/{SystemSettings.PartnerClientId}/keys";

    public async ValueTask InitializeAsync()
    {
        using var issuer = new ReservedAddress();
        using var registry = new ReservedAddress();
        _addresses = new SystemAddresses(issuer.Address, registry.Address, OrdersAddress);
        _registry = await RunningService.StartAsync(
            B2BAssertions.JwksService.Program.Build,
            registry,
            _directory.FileNamed("registry"),
            new Dictionary<string, string>(SystemSettings.ForJwksService(_addresses))
            {
                [SettingNames.JwksServiceEnrolmentToken] = EnrolmentToken,
                ["JwksService:SubmissionsPerMinuteAndPartner"] = "10000",
                ["JwksService:KeysPerDayAndPartner"] = "10000",
                // The shortest, so that few looks are taken while a key is pending.
                ["JwksService:JwksMaxAge"] = "00:00:30",
                // Shorter than a rotation, so that those of many tests are not published all at once.
                ["JwksService:RetirementOverlap"] = "00:00:30",
            },
            Time);
        _issuer = await RunningService.StartAsync(
            B2BAssertions.AuthorizationServer.Program.Build,
            issuer,
            _directory.FileNamed("issuer"),
            new Dictionary<string, string>(
                SystemSettings.ForAuthorizationServer(_addresses, new JwkSet([_operator.Public]).ToJson().ToJsonString()))
            {
                ["AuthorizationServer:RateLimits:RequestsPerMinuteAndAddress"] = "1000000",
                ["AuthorizationServer:RateLimits:RequestsPerMinuteAndClient"] = "1000000",
            },
            Time);
        Settings = new(SystemSettings.ForPartnerClient(_addresses))
        {
            [SettingNames.PartnerClientEnrolmentToken] = EnrolmentToken,
            ["PartnerClient:KeyPassword"] = KeyFileMaker.Password,
            ["PartnerClient:Rotation:Every"] = "0",
            ["PartnerClient:Rotation:LookEvery"] = "0",
        };
        Directory.CreateDirectory(DataDirectory);
        KeyFileMaker.Write(Path.Combine(DataDirectory, "partner-key.pem"), KeyFileMaker.Pem);

        // Enrolled here, and not by whichever test is the first: its crash would be the enrolment's.
        await using var first = await StartClientAsync();
    }

    /// <summary>The client as a start of the process makes it, with its key enrolled; no worker runs.</summary>
    internal async Task<BuiltClient> StartClientAsync(CrashPoint? crash = null) =>
        await BuiltClient.StartAsync(DataDirectory, Settings, Time, crash);

    /// <summary>The partner's keys, as the operator sees them: those that have not left, by kid.</summary>
    internal async Task<IReadOnlyList<JsonNode>> ReadKeysAsync()
    {
        var list = await SendAsync(HttpMethod.Get, KeysUri, null);
        return [.. list["keys"]!.AsArray().Select(key => key!)];
    }

    internal async Task<IReadOnlyList<string>> ReadUsableKidsAsync() =>
        [.. (await ReadKeysAsync()).Where(key => (string?)key["state"] is "pending" or "active").Select(key => (string)key["kid"]!)];

    /// <summary>The operator does this to one of the partner's keys.</summary>
    internal Task OperateAsync(string kid, string what, JsonObject? body = null) =>
        SendAsync(HttpMethod.Post, $"{KeysUri}/{kid}/{what}", body ?? new JsonObject { ["reason"] = "because the test wants it" });

    internal async Task<IReadOnlyList<string>> ReadPublishedAsync()
    {
        var set = JsonNode.Parse(await _http.GetStringAsync(
            $"{_addresses.JwksService}/partners/{SystemSettings.PartnerClientId}/.well-known/jwks", TestContext.Current.CancellationToken))!;
        return [.. set["keys"]!.AsArray().Select(key => (string)key!["kid"]!)];
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer!.DisposeAsync();
        await _registry!.DisposeAsync();
        _operator.Dispose();
        _http.Dispose();
        _directory.Dispose();
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string address, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await RequestOperatorTokenAsync());
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<string> RequestOperatorTokenAsync()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = SystemSettings.OperatorClientId,
            ["scope"] = SystemSettings.PartnersManageScope,
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = _operator.CreateJwt(
                "client-authentication+jwt", SystemSettings.OperatorClientId, _addresses.AuthorizationServer, TimeSpan.FromSeconds(60), Time),
        });
        using var response = await _http.PostAsync($"{_addresses.AuthorizationServer}/token", form, TestContext.Current.CancellationToken);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        return (string?)body["access_token"] ?? throw new InvalidOperationException($"No operator's token: {body}");
    }
}
