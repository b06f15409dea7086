using System.Net;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.ServiceDefaultsTests;

/// <summary>What a service does for the container it runs in: secrets from files, its own health check, a stop that costs no request.</summary>
public sealed class ContainerTests : IDisposable
{
    private const string Work = "/work";

    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _secrets = new();
    private readonly ReservedAddress _address = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose()
    {
        _address.Dispose();
        _secrets.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_file_of_the_secrets_directory_is_the_setting_it_is_named_after()
    {
        await WriteSecretAsync("ConnectionStrings__Database", "Host=database\n");
        await using var app = Build((SettingNames.SecretsDirectory, _secrets.Path), ("ConnectionStrings:Database", "from the environment"));

        Assert.Equal("Host=database", app.Configuration.GetConnectionString("Database"));
    }

    [Fact]
    public void A_missing_secrets_directory_stops_the_start_and_is_named()
    {
        var failure = Assert.Throws<StartupException>(() => Build((SettingNames.SecretsDirectory, _secrets.FileNamed("none"))));

        Assert.StartsWith($"{SettingNames.SecretsDirectory}: there is no folder '{_secrets.FileNamed("none")}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_stops_the_start_and_shows_nothing_of_it()
    {
        // A link into nowhere, as a secret that was taken away leaves one: root may read what others may not.
        await WriteSecretAsync("AllowHttp", "true");
        File.CreateSymbolicLink(_secrets.FileNamed("ConnectionStrings__Database"), _secrets.FileNamed("gone"));

        var failure = Assert.Throws<StartupException>(() => Build((SettingNames.SecretsDirectory, _secrets.Path)));

        Assert.StartsWith(SettingNames.SecretsDirectory, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-00:00:01")]
    [InlineData("00:01:01")]
    public void A_shutdown_delay_out_of_bounds_stops_the_start_and_is_named(string delay)
    {
        var failure = Assert.Throws<StartupException>(() => Build((SettingNames.ShutdownDelay, delay)));

        Assert.StartsWith($"{SettingNames.ShutdownDelay} is '{delay}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_told_to_stop_says_so_and_serves_on_until_proxies_know()
    {
        await using var app = Build((SettingNames.ShutdownDelay, "00:00:05"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(_address.Address) };
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(http, HealthPaths.Health)).StatusCode);

        var stopped = app.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(http, HealthPaths.Health)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(http, HealthPaths.Alive)).StatusCode);
        using var answer = await GetAsync(http, Work);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        // RFC 9112 §9.6: the proxy sends nothing more on this connection.
        Assert.True(answer.Headers.ConnectionClose);
        Assert.False(stopped.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(5));
        await stopped;
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(http, Work));
    }

    [Theory]
    [InlineData("urls", "http://127.0.0.1:{0}")]
    [InlineData("urls", "https://+:443;http://+:{0}")]
    [InlineData("urls", "http://0.0.0.0:{0}")]
    [InlineData("http_ports", "{0}")]
    public async Task The_health_command_asks_the_service_where_it_listens(string setting, string value)
    {
        await using var app = Build();
        await app.StartAsync(TestContext.Current.CancellationToken);

        var (exitCode, error) = await ProbeAsync(setting, value);

        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task The_health_command_fails_when_the_service_is_unhealthy()
    {
        await using var app = Build((SettingNames.ShutdownDelay, "00:00:05"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        var stopped = app.StopAsync(TestContext.Current.CancellationToken);

        var (exitCode, error) = await ProbeAsync("http_ports", "{0}");

        Assert.Equal(1, exitCode);
        Assert.Contains("answered 503", error, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(5));
        await stopped;
    }

    [Theory]
    [InlineData("http_ports", "{0}", "does not answer")]
    [InlineData("https_ports", "{0}", "no http address")]
    public async Task The_health_command_fails_when_nobody_answers(string setting, string value, string expected)
    {
        var (exitCode, error) = await ProbeAsync(setting, value);

        Assert.Equal(1, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient http, string path) =>
        http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    private Task WriteSecretAsync(string name, string value) =>
        File.WriteAllTextAsync(_secrets.FileNamed(name), value, TestContext.Current.CancellationToken);

    /// <param name="value">With {0} for the port.</param>
    private async Task<(int ExitCode, string Error)> ProbeAsync(string setting, string value)
    {
        var port = new Uri(_address.Address).Port;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [setting] = string.Format(null, value, port) })
            .Build();
        await using var error = new StringWriter();
        return (await HealthProbe.RunAsync(configuration, error, TestContext.Current.CancellationToken), error.ToString());
    }

    private WebApplication Build(params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { [SettingNames.DataDirectory] = _directory.Path });
        builder.WebHost.ConfigureKestrel(_address.ListenWith);
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
        builder.AddServiceDefaults("service-under-test");
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapGet(Work, () => "done");
        return app;
    }
}
