using System.Text.RegularExpressions;

using B2BAssertions.IntegrationTests.Conventions;
using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

public sealed partial class ReadmeTests
{
    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock { get; }

    [GeneratedRegex("#region README\n(?<code>.*?)#endregion", RegexOptions.Singleline)]
    private static partial Regex Sample { get; }

    [Theory]
    [InlineData("README.md")]
    [InlineData("PartnerClient.AccessTokens/README.md")]
    public void The_lines_that_the_README_shows_are_those_that_are_compiled(string readme)
    {
        var shown = CodeBlock.Match(Read(readme)).Groups["code"].Value;
        var compiled = Sample.Match(Read("IntegrationTests/AccessTokens/ReadmeSample.cs")).Groups["code"].Value;

        Assert.NotEmpty(Lines(compiled));
        Assert.Equal(Lines(compiled), Lines(shown));
    }

    /// <summary>In a host without ASP.NET, over the stubs of the tests; the address of the API is the test's.</summary>
    [Fact]
    public async Task And_they_work()
    {
        await using var system = new TokenSystem();
        await system.StartAsync();
        var builder = ReadmeSample.Create([.. system.Settings.Select(setting => $"--PartnerClient:{setting.Key}={setting.Value}")]);
        builder.Services.AddSingleton<TimeProvider>(system.Time);
        builder.Services.AddHttpClient("orders", http => http.BaseAddress = new Uri(system.Orders.Address));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var http = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("orders");
        var orders = await http.GetStringAsync($"{StubOrdersApi.OrdersPath}?limit=100", TestContext.Current.CancellationToken);

        Assert.Contains("ord-1001", orders, StringComparison.Ordinal);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_wrong_setting_stops_the_host_at_its_start()
    {
        using var host = ReadmeSample.Create(["--PartnerClient:ClientId=partner"]).Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(exception.Failures, failure => failure.Contains("PartnerClient:Issuer", StringComparison.Ordinal));
    }

    [Fact]
    public void The_library_needs_neither_ASP_NET_nor_anything_of_a_service()
    {
        string[] accepted = ["B2BAssertions.PartnerClient.AccessTokens", "B2BAssertions.Jose", "B2BAssertions.KeyFiles", "Duende.IdentityModel"];
        var library = typeof(IAccessTokenSource).Assembly;
        var references = library.GetReferencedAssemblies()
            .Concat(typeof(Jose.SigningKey).Assembly.GetReferencedAssemblies())
            .Concat(typeof(KeyFiles.PrivateKeyFile).Assembly.GetReferencedAssemblies())
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

    private static string[] Lines(string code)
    {
        var lines = code.Split('\n').Where(line => line.Trim().Length > 0).Select(line => line.TrimEnd()).ToArray();
        var indent = lines.Length == 0 ? 0 : lines.Min(line => line.Length - line.TrimStart().Length);
        return [.. lines.Select(line => line[indent..])];
    }
}
