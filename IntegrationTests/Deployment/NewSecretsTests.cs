using B2BAssertions.IntegrationTests.Conventions;
using B2BAssertions.IntegrationTests.Hosting;

using Xunit;

namespace B2BAssertions.IntegrationTests.DeploymentTests;

/// <summary><c>deploy/compose/new-secrets</c>: a step that fails leaves no key in the clear and nothing that the next run takes for whole.</summary>
public sealed class NewSecretsTests : IDisposable
{
    private const string RealOpenSsl = "exec \"$REAL\" \"$@\"";

    private readonly TemporaryDirectory _directory = new();

    private string Secrets => _directory.FileNamed("secrets");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_run_changes_nothing()
    {
        (await RunAsync(RealOpenSsl)).Succeeded();
        var before = Read();

        (await RunAsync(RealOpenSsl)).Succeeded();

        Assert.Equal(before, Read());
        Assert.All(before, secret => Assert.NotEqual("", secret.Value));
        Assert.Contains("signing-keys.p12", before.Keys);
    }

    [Theory]
    [InlineData("rand")]
    [InlineData("req")]
    [InlineData("pkcs12")]
    public async Task After_a_step_that_failed_nothing_lies_there_in_the_clear_and_the_next_run_makes_the_rest(string step)
    {
        // As openssl does, the step writes what it was asked for before it fails.
        var failed = await RunAsync($"[ \"$1\" != {step} ] || {{ \"$REAL\" \"$@\"; exit 1; }}\n{RealOpenSsl}");

        Assert.NotEqual(0, failed.ExitCode);
        Assert.All(Read(), secret => Assert.DoesNotContain("PRIVATE KEY", secret.Value, StringComparison.Ordinal));
        Assert.DoesNotContain(Read().Keys, name => name.EndsWith(".new", StringComparison.Ordinal));
        Assert.DoesNotContain("signing-keys.p12", Read().Keys);

        (await RunAsync(RealOpenSsl)).Succeeded();
        Assert.Contains("signing-keys.p12", Read().Keys);
        (await Tool.RunAsync(
            "openssl", Secrets, ["pkcs12", "-in", "signing-keys.p12", "-passin", "file:signing-keys.password", "-nokeys", "-noout"])).Succeeded();
    }

    /// <summary>A copy of the script, with this in the place of openssl.</summary>
    private async Task<ToolRun> RunAsync(string openSsl)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for bash.");
        Demanded.Program("openssl");
        var real = (await Tool.RunAsync("sh", _directory.Path, ["-c", "command -v openssl"])).Succeeded().Trim();
        Directory.CreateDirectory(_directory.FileNamed("bin"));
        Write("bin/openssl", $"#!/bin/sh\nREAL={real}\n{openSsl}\n");
        Write("new-secrets", await File.ReadAllTextAsync(
            Path.Combine(Repository.Folder, "deploy", "compose", "new-secrets"), TestContext.Current.CancellationToken));
        return await Tool.RunAsync("sh", _directory.Path, ["-c", "PATH=\"$PWD/bin:$PATH\" exec ./new-secrets"]);
    }

    private void Write(string name, string script)
    {
        File.WriteAllText(_directory.FileNamed(name), script);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_directory.FileNamed(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private SortedDictionary<string, string> Read() =>
        new(Directory.GetFiles(Secrets).ToDictionary(file => Path.GetFileName(file), File.ReadAllText), StringComparer.Ordinal);
}
