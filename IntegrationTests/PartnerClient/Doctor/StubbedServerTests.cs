using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Doctor;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Doctor;

/// <summary>Faults of servers that ours cannot have.</summary>
public sealed class StubbedServerTests : IAsyncLifetime
{
    private const string OpenIdPath = "/.well-known/openid-configuration";

    private readonly DoctorStubs _stubs = new();

    private StubServers Servers => _stubs.Servers;

    public ValueTask InitializeAsync() => _stubs.StartAsync();

    public ValueTask DisposeAsync() => _stubs.DisposeAsync();

    [Fact]
    public async Task It_asks_for_one_token_and_one_page_of_orders_and_changes_nothing()
    {
        Servers.Orders.Instead = _ => Results.Json(new { orders = Array.Empty<int>() });
        var before = Servers.Registry.Requests.Count;

        var examined = await _stubs.RunAsync();

        Assert.True(examined.Report.IsHealthy, examined.Text);
        Assert.Single(Servers.Issuer.TokenRequests);
        Assert.Equal("/orders?limit=1", Assert.Single(Servers.Orders.Requests).PathAndQuery);
        Assert.Equal(StubRegistry.JwksPath, Assert.Single(Servers.Registry.Requests.Skip(before)).PathAndQuery);
    }

    [Theory]
    [InlineData("RS256", "Ask the API owner")]
    [InlineData("ES256", "PartnerClient:Algorithm to ES256")]
    public async Task An_algorithm_that_the_server_does_not_take_is_named(string theirs, string whatToDo)
    {
        _stubs.Describe($$"""
            {
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                "token_endpoint_auth_signing_alg_values_supported": ["RS512", "{{theirs}}"]
            }
            """);

        var authentication = (await _stubs.RunAsync()).AssertFailed("authentication", "algorithm_unsupported");
        Assert.Contains("PS256", authentication.Message, StringComparison.Ordinal);
        Assert.Contains(whatToDo, authentication.WhatToDo, StringComparison.Ordinal);
        Assert.Empty(Servers.Issuer.TokenRequests);
    }

    [Fact]
    public async Task A_server_that_wants_a_secret_is_named()
    {
        _stubs.Describe("""{ "token_endpoint_auth_methods_supported": ["client_secret_basic"] }""");

        (await _stubs.RunAsync()).AssertFailed("authentication", "client_authentication_unsupported");
    }

    [Fact]
    public async Task A_server_without_client_credentials_is_named()
    {
        _stubs.Describe("""{ "grant_types_supported": ["authorization_code"] }""");

        (await _stubs.RunAsync()).AssertFailed("grant and scope", "grant_unsupported");
    }

    [Fact]
    public async Task A_scope_that_the_metadata_leaves_out_is_a_warning_for_the_token_has_the_last_word()
    {
        _stubs.Describe("""{ "scopes_supported": ["openid", "evil\u001b[2J"] }""");

        var examined = await _stubs.RunAsync();

        Assert.Equal("scope_unsupported", examined["grant and scope"].Code);
        Assert.Equal(CheckStatus.Ok, examined["token"].Status);
        Assert.DoesNotContain('\u001b', examined.Text);
    }

    [Theory]
    [InlineData("https://user@token.example/token")]
    [InlineData("/token")]
    [InlineData("")]
    public async Task An_unsafe_token_endpoint_is_named_and_gets_no_assertion(string endpoint)
    {
        _stubs.Describe($$"""{ "token_endpoint": "{{endpoint}}" }""");

        (await _stubs.RunAsync()).AssertFailed("token endpoint", "token_endpoint_insecure");
        Assert.Empty(Servers.Issuer.TokenRequests);
    }

    [Theory]
    [InlineData("<html></html>")]
    [InlineData("[]")]
    public async Task An_answer_that_is_no_metadata_is_named(string body)
    {
        Servers.Issuer.Instead = _ => DoctorStubs.Dated(Results.Text(body, "application/json"));

        (await _stubs.RunAsync()).AssertFailed("metadata", "metadata_unreadable");
    }

    /// <summary>Row 8 of issue 14: as the client itself does it.</summary>
    [Theory]
    [InlineData(503, "server_unavailable")]
    [InlineData(404, "metadata_unreadable")]
    public async Task Row_8_both_places_of_metadata_are_told_and_the_second_is_enough(int status, string code)
    {
        Servers.Issuer.Instead = request => request.IsGet ? DoctorStubs.Dated(Results.StatusCode(status)) : null;
        var fault = (await _stubs.RunAsync()).AssertFailed("metadata", code);

        Servers.Issuer.Instead = request => request.Path switch
        {
            StubAuthorizationServer.MetadataPath => DoctorStubs.Dated(Results.StatusCode(status)),
            OpenIdPath => DoctorStubs.Dated(Results.Json(Servers.Issuer.Metadata)),
            _ => null,
        };
        var examined = await _stubs.RunAsync();

        Assert.Contains($"{StubAuthorizationServer.MetadataPath} answered {status}", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"{OpenIdPath} answered {status}", fault.Message, StringComparison.Ordinal);
        Assert.Equal((CheckStatus.Ok, CheckStatus.Ok), (examined["metadata"].Status, examined["token"].Status));
    }

    /// <summary>Row 7 of issue 14: a firewall that does not know who asks.</summary>
    [Fact]
    public async Task Row_7_a_403_that_says_nothing_is_told_as_a_firewalls()
    {
        Servers.Registry.Instead = _ => DoctorStubs.Dated(Results.Text("<html>Forbidden</html>", "text/html", statusCode: 403));

        var fault = (await _stubs.RunAsync()).AssertFailed("key set", "request_blocked");

        Assert.Contains("UserAgent", fault.WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_metadata_works_with_a_token_endpoint_in_the_settings()
    {
        Servers.Issuer.Instead = request => request.IsGet ? DoctorStubs.Dated(Results.NotFound()) : null;
        var settings = _stubs.Settings;
        settings["PartnerClient:TokenEndpoint"] = Servers.Issuer.TokenEndpoint;

        var examined = await _stubs.RunAsync(settings);

        Assert.Equal((CheckStatus.Warning, "metadata_unreadable"), (examined["metadata"].Status, examined["metadata"].Code));
        Assert.Equal(CheckStatus.Ok, examined["token"].Status);
    }

    [Theory]
    [Trait("Rule", "PC-06")]
    [InlineData(91, "90.00:00:00", null)]
    [InlineData(93, "90.00:00:00", "rotation_overdue")]
    [InlineData(93, "0", null)]
    public async Task A_key_that_should_have_been_rotated_is_a_warning(int daysOld, string every, string? code)
    {
        _stubs.AgeKey(TimeSpan.FromDays(daysOld));
        var settings = _stubs.Settings;
        settings["PartnerClient:Rotation:Every"] = every;

        Assert.Equal(code, (await _stubs.RunAsync(settings))["key age"].Code);
    }

    [Fact]
    public async Task Another_public_key_under_our_kid_is_named()
    {
        using var other = RSA.Create(2048);
        var impostor = PublicJwk.FromKey(other).ToJson();
        impostor["kid"] = Servers.Registry.Keys[0].KeyId;
        Servers.Registry.Instead = _ => DoctorStubs.Dated(Results.Text($$"""{"keys":[{{impostor.ToJsonString()}}]}""", JwkSet.MediaType));

        var examined = await _stubs.RunAsync();

        examined.AssertFailed("key set", "kid_of_another_key");
        Assert.Empty(Servers.Issuer.TokenRequests);
    }

    [Theory]
    [InlineData(0, CheckStatus.Ok)]
    [InlineData(3, CheckStatus.Ok)]
    [InlineData(-3, CheckStatus.Ok)]
    [InlineData(6, CheckStatus.Warning)]
    [InlineData(-6, CheckStatus.Warning)]
    [InlineData(8, CheckStatus.Failed)]
    [InlineData(-10, CheckStatus.Failed)]
    public async Task A_clock_is_a_warning_before_it_is_a_failure(int serverIsAheadBy, object expected)
    {
        _stubs.Tell(TimeSpan.FromSeconds(serverIsAheadBy));

        var clock = (await _stubs.RunAsync())["clock"];

        Assert.Equal((CheckStatus)expected, clock.Status);
        Assert.Equal(expected is CheckStatus.Ok ? null : "clock_skew", clock.Code);
    }

    [Fact]
    public async Task Where_another_server_agrees_with_this_machine_its_owner_is_to_be_told()
    {
        _stubs.Tell(TimeSpan.FromMinutes(5), alsoRegistry: false);

        Assert.Contains("tell the API owner", (await _stubs.RunAsync()).AssertFailed("clock", "clock_skew").WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_named_with_its_host()
    {
        await using var server = await StartWithOwnCertificateAsync();
        var settings = _stubs.Settings;
        settings["PartnerClient:OrdersApi"] = server.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        var examined = await _stubs.RunAsync(settings);

        var orders = examined["orders"];
        Assert.Equal("certificate_untrusted", orders.Code);
        Assert.StartsWith("localhost ", orders.Message, StringComparison.Ordinal);
        Assert.Contains("UntrustedRoot", orders.Message, StringComparison.Ordinal);
        Assert.Contains("another host's", orders.Message, StringComparison.Ordinal);
        Assert.Equal((CheckStatus.Failed, "certificate_untrusted"), (examined["transport"].Status, examined["transport"].Code));
        Assert.Equal("orders, transport", examined.Names(CheckStatus.Failed));
    }

    private static async Task<WebApplication> StartWithOwnCertificateAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=api.example", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }
}
