using System.Text.RegularExpressions;

using B2BAssertions.IntegrationTests.Conventions;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.PartnerClient.AccessTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

public sealed partial class ReadmeTests
{
    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock { get; }

    [GeneratedRegex("Include=\"Microsoft\\.Extensions\\.Http\" Version=\"(?<version>[^\"]+)\"")]
    private static partial Regex Version { get; }

    [GeneratedRegex("```json\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex SettingsBlock { get; }

    /// <summary>The folder that the build wrote these tests to says how it was configured.</summary>
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    [Fact]
    public void Both_READMEs_show_the_same_program() => Assert.Equal(
        CodeBlock.Match(Read("README.md")).Groups["code"].Value,
        CodeBlock.Match(Read("PartnerClient.AccessTokens/README.md")).Groups["code"].Value);

    /// <summary>To the letter, in a project of its own, against the packages: what a partner gets who follows the README.</summary>
    [Fact]
    public async Task The_program_of_the_README_builds_from_the_packages_and_reads_orders()
    {
        Assert.SkipUnless(Tool.IsOnPath("dotnet"), "There is no dotnet on the PATH.");
        using var folder = new TemporaryDirectory();
        await using var servers = new StubServers(TimeProvider.System);
        await servers.StartAsync();
        await WriteProjectAsync(folder, servers);

        (await DotnetAsync(folder, "build", "--nologo", "-o", folder.FileNamed("built"))).Succeeded();
        var run = await DotnetAsync(
            folder,
            folder.FileNamed("built/MyPartner.dll"),
            $"--OrdersApi={servers.Orders.Address}",
            $"--PartnerClient:ClientId={StubServers.ClientId}",
            $"--PartnerClient:Issuer={servers.Issuer.Address}",
            "--PartnerClient:AllowHttp=true");
        var wrong = await DotnetAsync(folder, folder.FileNamed("built/MyPartner.dll"), "--PartnerClient:ClientId=");

        Assert.Contains("ord-1001", run.Succeeded(), StringComparison.Ordinal);
        Assert.NotEqual(0, wrong.ExitCode);
        Assert.Contains("PartnerClient:ClientId is missing", wrong.Output + wrong.Errors, StringComparison.Ordinal);
    }

    /// <summary>As <c>dotnet new console</c> and <c>dotnet add package</c> write it. The packages' versions are those of this repository.</summary>
    private static async Task WriteProjectAsync(TemporaryDirectory folder, StubServers servers)
    {
        foreach (var project in new[] { "Jose", "KeyFiles", "OutgoingHttp", "PartnerClient.AccessTokens" })
        {
            (await DotnetAsync(
                folder, "pack", Path.Combine(Repository.Folder, project), "--no-build", "-c", Configuration, "-o", folder.FileNamed("packages"))).Succeeded();
        }

        var extensions = Version.Match(Read("Directory.Packages.props")).Groups["version"].Value;
        Write("nuget.config", """<configuration><packageSources><add key="packed" value="packages" /></packageSources></configuration>""");
        Write("MyPartner.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="B2BAssertions.PartnerClient.AccessTokens" Version="1.0.0" />
                <PackageReference Include="Microsoft.Extensions.Hosting" Version="{extensions}" />
              </ItemGroup>
            </Project>
            """);
        Write("Program.cs", CodeBlock.Match(Read("README.md")).Groups["code"].Value);
        Write("appsettings.json", SettingsBlock.Match(Read("README.md")).Groups["code"].Value);
        KeyFileMaker.Write(folder.FileNamed("key.pem"), KeyFileMaker.Pem);
        KeyFileMaker.Write(folder.FileNamed("key.password"), KeyFileMaker.Password);
        using var key = KeyFileMaker.Open(folder.FileNamed("key.pem"));
        servers.Issuer.Publish(Jose.PublicJwk.FromKey(key));

        void Write(string file, string content) => File.WriteAllText(folder.FileNamed(file), content);
    }

    /// <summary>Packages are unpacked in the test's own folder, so that none of an earlier run is taken for these.</summary>
    private static Task<ToolRun> DotnetAsync(TemporaryDirectory folder, params string[] arguments)
    {
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Tool.RunAsync("dotnet", folder.Path, arguments, environment: new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = folder.FileNamed("cache"),
            ["RestoreFallbackFolders"] = cache,
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        });
    }

    [Fact]
    public void The_library_needs_neither_ASP_NET_nor_anything_of_a_service()
    {
        string[] accepted = ["B2BAssertions.PartnerClient.AccessTokens", "B2BAssertions.Jose", "B2BAssertions.KeyFiles", "B2BAssertions.OutgoingHttp", "Duende.IdentityModel"];
        var library = typeof(IAccessTokenSource).Assembly;
        var references = library.GetReferencedAssemblies()
            .Concat(typeof(Jose.SigningKey).Assembly.GetReferencedAssemblies())
            .Concat(typeof(KeyFiles.PrivateKeyFile).Assembly.GetReferencedAssemblies())
            .Concat(typeof(OutgoingHttp.OutgoingHandler).Assembly.GetReferencedAssemblies())
            .Select(reference => reference.Name!)
            .ToHashSet();

        Assert.Equal(accepted[0], library.GetName().Name);
        Assert.DoesNotContain(references, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        Assert.All(
            references,
            name => Assert.True(
                accepted.Contains(name) || name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal),
                name));
    }

    [Fact]
    public void What_the_library_shows_is_little() => Assert.Equal(
        [
            nameof(AccessToken),
            nameof(AccessTokenCircuit),
            nameof(AccessTokenFailure),
            nameof(AccessTokenOptions),
            nameof(AccessTokenResult),
            nameof(AccessTokenState),
            nameof(AccessTokenUnavailableException),
            nameof(ClientAssertionContent),
            nameof(ClientAssertionPreview),
            nameof(IAccessTokenSource),
            nameof(ISigningKeySource),
            nameof(PartnerAccessTokenExtensions),
            nameof(PartnerAccessTokens),
        ],
        typeof(IAccessTokenSource).Assembly.GetExportedTypes().Select(type => type.Name).Order(StringComparer.Ordinal));

    private static string Read(string file) =>
        File.ReadAllText(Path.Combine(Repository.Folder, file)).ReplaceLineEndings("\n");
}
