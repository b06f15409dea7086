using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>The encrypted file as the library's own source of the key.</summary>
[Trait("Rule", "PC-03")]
public sealed class KeyFileSourceTests
{
    [Fact]
    public async Task A_replaced_file_signs_the_next_assertion_without_a_restart()
    {
        await using var system = new TokenSystem();
        await system.StartAsync();
        var token = (await GetAsync(system)).Token!;
        var published = OtherKey.WriteTo(system);

        system.Tokens.Invalidate(token);
        await GetAsync(system);

        Assert.Equal(published.KeyId, system.Issuer.Assertions[^1].Kid);
        Assert.Equal("ES256", system.Issuer.Assertions[^1].Alg);
    }

    [Theory]
    [InlineData("missing", "cannot be read")]
    [InlineData("damaged", "holds no PEM text")]
    [InlineData("wrong password", "the password is wrong")]
    [InlineData("open to others", "chmod 600")]
    public async Task A_file_that_cannot_be_used_is_a_failure_that_names_the_setting_and_passes_when_it_is_mended(string fault, string expected)
    {
        Assert.SkipWhen(fault == "open to others" && OperatingSystem.IsWindows(), "Windows has no file modes.");
        await using var system = new TokenSystem();
        Break(system, fault);
        await system.StartAsync();

        var failure = (await GetAsync(system)).Failure!;

        Assert.Equal("signing_key_unavailable", failure.Code);
        Assert.False(failure.IsPermanent);
        Assert.Contains($"{TokenSystem.Section}:KeyFile", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(KeyFileMaker.Password, failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(system.Issuer.TokenRequests);

        KeyFileMaker.Write(system.KeyFile, KeyFileMaker.Pem);
        system.Time.Advance(failure.RetryAt - system.Time.GetUtcNow());
        Assert.Equal(AccessTokenCircuit.Waiting, system.Tokens.State.Circuit);
        Assert.NotNull((await GetAsync(system)).Token);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_cannot_be_used_is_opened_again_when_it_changes_else_after_some_seconds(bool isSeenToChange)
    {
        await using var system = new TokenSystem();
        KeyFileMaker.Write(system.KeyFile, new string('x', KeyFileMaker.Pem.Length));
        system.Build();
        var source = system.Services.GetRequiredService<ISigningKeySource>();
        var first = await FaultAsync(source);
        var written = File.GetLastWriteTimeUtc(system.KeyFile);
        KeyFileMaker.Write(system.KeyFile, KeyFileMaker.Pem);
        File.SetLastWriteTimeUtc(system.KeyFile, isSeenToChange ? written.AddSeconds(1) : written);

        if (!isSeenToChange)
        {
            // The files look as before: no password is tried, which is slow.
            Assert.Same(first, await FaultAsync(source));
            system.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.NotNull(await source.GetAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_password_may_be_the_first_line_of_a_file()
    {
        await using var system = new TokenSystem();
        system.Settings.Remove("KeyPassword");
        system.Settings["KeyPasswordFile"] = system.Directory.FileNamed("password");
        KeyFileMaker.Write(system.Directory.FileNamed("password"), $"{KeyFileMaker.Password}\n");
        await system.StartAsync();

        Assert.NotNull((await GetAsync(system)).Token);
    }

    /// <summary>Row 28 of issue 14: wherever the host is started, the file is the same.</summary>
    [Fact]
    public async Task Row_28_relative_names_are_of_the_hosts_content_root()
    {
        await using var system = new TokenSystem();
        system.Settings["KeyFile"] = "key.pem";
        system.Settings.Remove("KeyPassword");
        system.Settings["KeyPasswordFile"] = "secrets/password";
        Directory.CreateDirectory(system.Directory.FileNamed("secrets"));
        KeyFileMaker.Write(system.Directory.FileNamed("secrets/password"), $"{KeyFileMaker.Password}\n");
        await system.StartAsync(services => services.AddSingleton<IHostEnvironment>(new Host(system.Directory.Path)));

        Assert.NotNull((await GetAsync(system)).Token);
    }

    private sealed class Host(string contentRoot) : IHostEnvironment
    {
        public string ApplicationName { get; set; } = "test";

        public string EnvironmentName { get; set; } = Environments.Production;

        public string ContentRootPath { get; set; } = contentRoot;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }

    private static async Task<AccessTokenResult> GetAsync(TokenSystem system) =>
        await system.Tokens.GetAsync(TestContext.Current.CancellationToken);

    private static Task<StartupException> FaultAsync(ISigningKeySource source) =>
        Assert.ThrowsAsync<StartupException>(async () => await source.GetAsync(TestContext.Current.CancellationToken));

    private static void Break(TokenSystem system, string fault)
    {
        switch (fault)
        {
            case "missing":
                File.Delete(system.KeyFile);
                break;
            case "damaged":
                KeyFileMaker.Write(system.KeyFile, "no key");
                break;
            case "wrong password":
                KeyFileMaker.Write(system.KeyFile, KeyFileMaker.PemWith("another password"));
                break;
            default:
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(system.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
                }

                break;
        }
    }
}
