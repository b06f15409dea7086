using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

/// <summary>What a person gets to know of the way to the servers, and of servers that want to be asked later.</summary>
public sealed class TransportTests : IAsyncLifetime
{
    private CommandsUnderTest _commands = null!;

    public async ValueTask InitializeAsync() => _commands = await CommandsUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _commands.DisposeAsync();

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_told_as_such()
    {
        await using var server = await StartWithOwnCertificateAsync();

        await AssertTlsFailsAsync(server.Urls.Single());
    }

    [Fact]
    public async Task A_server_without_TLS_is_told_as_such() =>
        await AssertTlsFailsAsync(_commands.Registry.Address.Replace("http:", "https:", StringComparison.Ordinal));

    [Fact]
    public async Task Nobody_is_warned_of_http_that_is_allowed_and_not_used()
    {
        _commands.Variables["B2B_REGISTRY"] = _commands.Registry.Address.Replace("http:", "https:", StringComparison.Ordinal);

        var typed = await _commands.TypeAsync("partners", "list");

        Assert.Equal(1, typed.ExitCode);
        Assert.DoesNotContain("Warning", typed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, "too_many_requests")]
    [InlineData(503, "database_unavailable")]
    public async Task When_to_try_again_is_told_behind_the_refusal(int status, string code)
    {
        Instead(Results.Problem("Later.", statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code }), "17");

        var typed = await _commands.TypeAsync("partners", "show", "partner-a");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains($"{code}: Later. Try again in 17 s.{Environment.NewLine}", typed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, "60", true)]
    [InlineData(503, "soon", false)]
    [InlineData(403, "60", false)]
    public async Task A_proxys_time_to_try_again_is_told_as_well(int status, string retryAfter, bool told)
    {
        Instead(Results.Text("<html>", "text/html", statusCode: status), retryAfter);

        var typed = await _commands.TypeAsync("partners", "show", "partner-a");

        Assert.Contains("registry_refused: ", typed.Error, StringComparison.Ordinal);
        Assert.Equal(told, typed.Error.Contains("Try again in 60 s.", StringComparison.Ordinal));
        Assert.Equal(told, typed.Error.Contains("Try again in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_authorization_servers_time_to_try_again_is_told()
    {
        _commands.Issuer.Instead = request => request.IsPost
            ? new WithRetryAfter(Results.Json(new { error = "temporarily_unavailable" }, statusCode: 503), "5")
            : null;

        var typed = await _commands.TypeAsync("partners", "list");

        Assert.Contains("token_refused: ", typed.Error, StringComparison.Ordinal);
        Assert.Contains("Try again in 5 s.", typed.Error, StringComparison.Ordinal);
    }

    private async Task AssertTlsFailsAsync(string registry)
    {
        var typed = await _commands.TypeExactlyAsync("partners", "list", "--registry", registry);

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains($"server_unavailable: {registry}", typed.Error, StringComparison.Ordinal);
        Assert.Contains("TLS", typed.Error, StringComparison.Ordinal);
        Assert.Contains("certificate", typed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("that the server runs", typed.Error, StringComparison.Ordinal);
    }

    private void Instead(IResult answer, string retryAfter) => _commands.Registry.Instead = request =>
        request.Path == StubRegistryApi.MetadataPath ? null : new WithRetryAfter(answer, retryAfter);

    private static async Task<WebApplication> StartWithOwnCertificateAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
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

    private sealed class WithRetryAfter(IResult answer, string value) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = value;
            return answer.ExecuteAsync(httpContext);
        }
    }
}
