using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;

using B2BAssertions.AuthorizationServer.Commands;
using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.CommandLines;
using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.Flow;

/// <summary>The real authorization server changes its keys and the real Orders API checks its tokens, with one clock for both.</summary>
[Trait("Rule", "AT-04")]
[Trait("Rule", "RS-09")]
public sealed class ServerKeyRotationTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private AssertionMaker _maker = null!;
    private RunningService _server = null!;
    private RunningService _api = null!;

    public async ValueTask InitializeAsync()
    {
        using var issuer = new ReservedAddress();
        using var orders = new ReservedAddress();
        var addresses = new SystemAddresses(issuer.Address, "http://127.0.0.1:1", orders.Address);
        _maker = new AssertionMaker(_key, SystemSettings.PartnerClientId, issuer.Address, _time);
        var settings = SystemSettings.ForAuthorizationServer(addresses);
        settings.Remove("AuthorizationServer:Clients:0:JwksUri");
        settings["AuthorizationServer:Clients:0:Jwks"] = _maker.Set();
        settings["AuthorizationServer:Clients:0:AllowedAlgorithms:0"] = "ES256";
        // The longest there is: a withdrawn key's token is refused while it lives.
        settings["AuthorizationServer:AccessTokenLifetime"] = Lifetime.ToString();
        foreach (var (name, value) in TokenEndpointFixture.HighLimits)
        {
            settings[name] = value;
        }

        _server = await RunningService.StartAsync(AuthorizationServer.Program.Build, issuer, _directory.FileNamed("server"), settings, _time);
        _api = await RunningService.StartAsync(
            OrdersApi.Program.Build, orders, _directory.FileNamed("api"), SystemSettings.ForOrdersApi(addresses), _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _server.DisposeAsync();
        _directory.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task Across_a_scheduled_rotation_every_token_is_accepted_for_as_long_as_it_lives()
    {
        var tokens = new List<string> { await TokenAsync() };
        var first = new JsonWebToken(tokens[0]).Kid;
        Assert.Equal(200, (await UseAsync(tokens[0])).Status);

        // From two minutes before the next key is published until the former one has left the key set.
        _time.AdjustTime(_time.GetUtcNow() + SigningKeySystem.RotateEvery - SigningKeySystem.PublishAhead - (2 * Minute));
        var until = _time.GetUtcNow() + (2 * Minute) + SigningKeySystem.PublishAhead + SigningKeyTimeline.PublishedAfterUse + Minute;
        tokens.Clear();
        var published = 1;
        while (_time.GetUtcNow() < until)
        {
            tokens.Add(await TokenAsync());
            foreach (var token in tokens)
            {
                Assert.Equal((200, null), await StatusOfAsync(token));
            }

            _time.Advance(Minute);
            tokens.RemoveAll(token => new JsonWebToken(token).ValidTo <= _time.GetUtcNow());
            if (published == 1 && _time.GetUtcNow() >= until - SigningKeyTimeline.PublishedAfterUse - Minute - SigningKeySystem.PublishAhead)
            {
                published = (await SigningKeySystem.KidsAsync(_server, count: 2)).Length;
            }
        }

        var last = Assert.Single(await SigningKeySystem.KidsAsync(_server));
        Assert.NotEqual(first, last);
        Assert.All(tokens, token => Assert.Equal(last, new JsonWebToken(token).Kid));
    }

    [Fact]
    public async Task A_rotation_in_an_emergency_makes_a_client_come_again_at_most_and_refuses_no_token()
    {
        var old = await TokenAsync();
        Assert.Equal(200, (await UseAsync(old)).Status);
        _time.Advance(TimeSpan.FromSeconds(5));
        // Somebody's made-up key has just made the API read the key set.
        Assert.Equal(401, (await UseAsync(await MadeUpTokenAsync())).Status);
        _time.Advance(Second);

        await TypeAsync("rotate", "--now");
        _time.Advance(SigningKeyRefresh.Interval);
        var kids = await SigningKeySystem.KidsAsync(_server, count: 2);
        var token = await TokenAsync();
        Assert.Equal(kids[1], new JsonWebToken(token).Kid);

        var answer = await UseAsync(token);
        Assert.Equal((503, "token_key_not_read_yet"), (answer.Status, answer.Code));
        Assert.Equal(200, (await UseAsync(old)).Status);
        _time.Advance(TimeSpan.FromSeconds(int.Parse(answer.RetryAfter!, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal((200, null), await StatusOfAsync(token));
        Assert.Equal((200, null), await StatusOfAsync(old));
    }

    [Fact]
    [Trait("Rule", "RS-02")]
    public async Task A_withdrawn_keys_token_is_refused_once_the_API_has_read_the_keys_again()
    {
        var token = await TokenAsync();
        Assert.Equal(200, (await UseAsync(token)).Status);

        await TypeAsync("withdraw", new JsonWebToken(token).Kid);
        _time.Advance(SigningKeyRefresh.Interval);
        var successor = await WaitFor.StateAsync("the withdrawal", async () =>
            await SigningKeySystem.KidsAsync(_server) is [var kid] && kid != new JsonWebToken(token).Kid ? kid : null);
        _time.Advance(IssuerKeys.FreshFor);

        Assert.True(new JsonWebToken(token).ValidTo > _time.GetUtcNow().UtcDateTime + Minute);
        Assert.Equal((401, "token_invalid"), await StatusOfAsync(token));
        var renewed = await TokenAsync();
        Assert.Equal(successor, new JsonWebToken(renewed).Kid);
        Assert.Equal((200, null), await StatusOfAsync(renewed));
    }

    private async Task<string> TokenAsync()
    {
        var answer = await TokenEndpointFixture.PostAsync(_server, _maker.Make());
        Assert.Equal(200, answer.Status);
        return answer.AccessToken!;
    }

    /// <summary>A right token but for its key, which nobody has.</summary>
    private async Task<string> MadeUpTokenAsync()
    {
        var parts = (await TokenAsync()).Split('.');
        return $"{Base64Url.EncodeToString("""{"alg":"ES256","typ":"at+jwt","kid":"made-up"}"""u8)}.{parts[1]}.{parts[2]}";
    }

    private async Task<(int Status, string? Code)> StatusOfAsync(string token)
    {
        var answer = await UseAsync(token);
        return (answer.Status, answer.Code);
    }

    private async Task<ApiAnswer> UseAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders?limit=1");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await ApiAnswer.ReadAsync(response);
    }

    /// <summary>The operator's command, on the database of the running server.</summary>
    private async Task TypeAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(["signing-keys", .. args], new Surroundings(output, error), builder =>
        {
            builder.Configuration[SettingNames.DataDirectory] = _directory.FileNamed("server");
            builder.Services.AddSingleton<TimeProvider>(_time);
        });
        Assert.True(exitCode == ExitCodes.Done, error.ToString());
    }
}
