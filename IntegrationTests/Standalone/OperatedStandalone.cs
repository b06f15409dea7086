using System.Text.RegularExpressions;

using B2BAssertions.CommandLines;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.JwksServiceTests.Commands;
using B2BAssertions.JwksService.Commands;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.StandaloneTests;

/// <summary>One Standalone for all tests of a class, and the command line with the key that it made for the operator.</summary>
public sealed partial class OperatedStandalone : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private readonly FreePorts _ports = FreePorts.Find();
    private RunningStandalone _standalone = null!;

    public string Registry => ServiceAddress(_ports.JwksService);

    public async ValueTask InitializeAsync()
    {
        // The tests of a class submit more keys in a minute than one address may by default.
        var settings = new Dictionary<string, string> { ["JwksService:SubmissionsPerMinuteAndAddress"] = "100" };
        _standalone = RunningStandalone.StartWith(settings, _data.Path, _ports);
        await _standalone.WaitForOutputAsync("Ctrl-C stops everything");
    }

    public async ValueTask DisposeAsync()
    {
        await _standalone.DisposeAsync();
        _data.Dispose();
    }

    public string FileNamed(string name) => _data.FileNamed(name);

    /// <summary>Types a command as the operator.</summary>
    internal async Task<Typed> TypeAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            [.. args, GlobalOptions.AllowHttpName], new Surroundings(output, error) { Variable = ReadVariable });
        return new Typed(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Types a command as the partner that Standalone has, with the partner's own key.</summary>
    internal Task<Typed> TypeAsPartnerAsync(params string[] args) => TypeAsync(
        [.. args, "--client-id", SystemSettings.PartnerClientId, "--key-file", FileNamed("partner-client/partner-key.pem")]);

    /// <summary>The command ends well; what it shows, by the names that stand before it.</summary>
    internal async Task<Dictionary<string, string>> ReadBlockAsync(params string[] args)
    {
        var typed = await TypeWellAsync(args);
        return typed.OutputLines.Select(Cells).Where(cells => cells.Length == 2).ToDictionary(cells => cells[0], cells => cells[1]);
    }

    /// <summary>The command ends well; the rows of its table, by the headings.</summary>
    internal async Task<IReadOnlyList<Dictionary<string, string>>> ReadTableAsync(params string[] args)
    {
        var lines = (await TypeWellAsync(args)).OutputLines.Select(Cells).ToList();
        return [.. lines.Skip(1).Select(cells => lines[0].Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    internal async Task<Typed> TypeWellAsync(params string[] args)
    {
        var typed = await TypeAsync(args);
        Assert.True(typed.ExitCode == 0, $"{string.Join(' ', args)}: {typed.Error}");
        return typed;
    }

    /// <summary>At least two spaces are between cells.</summary>
    [GeneratedRegex(" {2,}")]
    private static partial Regex Gap { get; }

    private static string[] Cells(string line) => Gap.Split(line);

    private static string ServiceAddress(int port) => $"http://localhost:{port}";

    private string? ReadVariable(string name) => name switch
    {
        GlobalOptions.RegistryVariable => Registry,
        GlobalOptions.KeyFileVariable => Path.Combine(FileNamed(OperatorKey.FolderName), OperatorKey.FileName),
        _ => null,
    };
}
