using System.Security.Cryptography;

using B2BAssertions.AuthorizationServer.Commands;
using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.CommandLines;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.KeyFiles;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

using OpenIddict.Server;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;

/// <summary>The settings of the signing keys, and what OpenIddict and ASP.NET Core would do on their own.</summary>
[Trait("Rule", "AT-04")]
public sealed class SigningKeySettingsTests
{
    private static readonly string[] Commands = ["list", "rotate", "withdraw"];

    [Fact]
    public async Task A_wrong_setting_stops_the_start_and_is_named()
    {
        await using var system = await SigningKeySystem.StartAsync(DatabaseProvider.Sqlite);
        (string Setting, string Value, string Named)[] wrong =
        [
            ("SigningKeys:RotateEvery", "23:59:59", "SigningKeys:RotateEvery"),
            ("SigningKeys:RotateEvery", "731.00:00:00", "SigningKeys:RotateEvery"),
            ("SigningKeys:PublishAhead", "00:05:29", "SigningKeys:PublishAhead"),
            ("SigningKeys:PublishAhead", "45.00:00:01", "SigningKeys:PublishAhead"),
            ("DataProtection:CertificatePasswordFile", "password", "DataProtection:CertificateFile"),
            ("DataProtection:FormerCertificates:0:PasswordFile", "password", "DataProtection:FormerCertificates:0:File"),
        ];

        foreach (var (setting, value, named) in wrong)
        {
            var fault = await Assert.ThrowsAsync<OptionsValidationException>(
                () => system.StartReplicaAsync(($"AuthorizationServer:{setting}", value)));
            Assert.StartsWith($"AuthorizationServer:{named} is ", Assert.Single(fault.Failures), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_stops_the_start_and_is_named()
    {
        using var certificates = new Certificates();
        await using var system = await SigningKeySystem.StartAsync(DatabaseProvider.Sqlite);
        (string, string)[][] unusable =
        [
            certificates.Settings(certificates.First + ".missing"),
            certificates.Settings(certificates.CreateEc()),
            [("AuthorizationServer:DataProtection:CertificateFile", certificates.First)],
            certificates.SettingsWithFormer(certificates.First, certificates.PasswordFile),
        ];

        foreach (var settings in unusable)
        {
            var fault = await Assert.ThrowsAsync<StartupException>(() => system.StartReplicaAsync(settings));
            Assert.Contains("AuthorizationServer:DataProtection:", fault.Message, StringComparison.Ordinal);
            Assert.Contains("Expected a PKCS#12 file", fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("password-of-the-certificate", fault.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_key_that_OpenIddict_demands_at_start_signs_nothing_and_is_not_published()
    {
        await using var system = await SigningKeySystem.StartAsync(DatabaseProvider.Sqlite);

        var credentials = Assert.Single(system.Server.Services.GetRequiredService<IOptions<OpenIddictServerOptions>>().Value.SigningCredentials);

        Assert.ThrowsAny<CryptographicException>(() => ((ECDsaSecurityKey)credentials.Key).ECDsa.SignData([1], HashAlgorithmName.SHA256));
        Assert.DoesNotContain(credentials.Kid, await SigningKeySystem.KidsAsync(system.Server));
    }

    [Fact]
    public async Task AspNet_keeps_no_data_protection_key_of_its_own()
    {
        await using var system = await SigningKeySystem.StartAsync(DatabaseProvider.Sqlite);

        Assert.DoesNotContain(
            system.Server.Services.GetServices<IHostedService>(),
            service => service.GetType().Assembly == typeof(DataProtectionBuilderExtensions).Assembly);
    }

    [Fact]
    public async Task The_key_set_may_be_cached_for_less_than_a_key_is_published_ahead()
    {
        await using var system = await SigningKeySystem.StartAsync(DatabaseProvider.Sqlite);
        using var response = await system.Server.Client.GetAsync("/.well-known/jwks", TestContext.Current.CancellationToken);

        Assert.Equal("public, max-age=300", response.Headers.CacheControl?.ToString());
        Assert.True(SigningKeyOptions.MinPublishAhead > response.Headers.CacheControl!.MaxAge + SigningKeyRefresh.Interval);
    }

    [Theory]
    [InlineData(true, "signing-keys", "list")]
    [InlineData(true, "rotate")]
    [InlineData(true, "--help")]
    [InlineData(false)]
    [InlineData(false, "--AuthorizationServer:Issuer=https://as.example")]
    [InlineData(false, "AuthorizationServer:Issuer=https://as.example")]
    public void Settings_start_the_service_and_words_are_commands(bool isCommand, params string[] args) =>
        Assert.Equal(isCommand, CommandLine.IsMeantBy(args));

    [Fact]
    public async Task Help_shows_an_example_of_each_command()
    {
        await using var output = new StringWriter();

        Assert.Equal(0, await CommandLine.RunAsync(["signing-keys", "--help"], new Surroundings(output, TextWriter.Null)));

        Assert.All(
            Commands,
            name => Assert.Contains($"  AuthorizationServer signing-keys {name}", output.ToString(), StringComparison.Ordinal));
    }
}
