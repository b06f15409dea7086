using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Tokens;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Rotation;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.Flow;

/// <summary>The partner's key in a TPM: made, used and rotated there, by several processes at once.</summary>
[Trait("Rule", "PC-03")]
public sealed class TpmFlowTests
{
    /// <summary>What a process says that does not see a key, or cannot sign with it.</summary>
    private const string Troubles = "not there any more|exchanged|no private key|is not in '|cannot be taken over|does not go on|key_token_unavailable";

    [Theory]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task Row_31_a_key_made_in_a_TPM_by_command_signs_the_whole_flow(string algorithm)
    {
        await using var tpm = await SoftTpm.StartAsync();
        await using var system = await StartServersAsync(algorithm);
        var settings = SettingsOf(system, tpm, algorithm);

        var made = await TypeWellAsync(settings, "keys", "generate", "--json");
        await using var worker = await StartWorkerAsync(system, settings, "worker");

        Assert.Equal(algorithm, (string?)made["algorithm"]);
        Assert.Equal(((string?)made["kid"], null), await NextReportAsync(system, "worker", report => report.Orders is not null));
        Assert.DoesNotContain(SoftTpm.Pin, worker.Output, StringComparison.Ordinal);
    }

    /// <summary>tpm2-pkcs11 shows a process the keys that were there when it started, and two of these three do not make the next one.</summary>
    [Fact]
    [Trait("Rule", "PC-06")]
    public async Task Rows_31_and_32_a_key_in_a_TPM_is_rotated_beside_running_workers()
    {
        await using var tpm = await SoftTpm.StartAsync();
        await using var system = await StartServersAsync("PS256");
        var settings = SettingsOf(system, tpm, "PS256");
        var first = (string?)(await TypeWellAsync(settings, "keys", "generate", "--json"))["kid"];

        await using var rotating = await StartWorkerAsync(system, settings, "rotating");
        Assert.Equal((first, null), await NextReportAsync(system, "rotating", report => report.Orders is not null));
        await using var following = await StartWorkerAsync(system, settings, "following");
        var rotated = await TypeWellAsync(settings, "keys", "rotate", "--json");

        var second = (string?)rotated["kid"];
        Assert.NotEqual(first, second);
        Assert.Equal($"token '{SoftTpm.Label}', key 'partner-key.2'", (string?)rotated["key"]);
        foreach (var worker in (string[])["rotating", "following"])
        {
            Assert.Equal((second, null), await NextReportAsync(system, worker, report => report.Key?.Kid == second && report.Orders is not null));
        }

        Assert.All([rotating, following], worker => Assert.DoesNotMatch(Troubles, worker.Output));

        // The next one gets the first one's name, which the follower must not take for the first one any more.
        await rotating.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(settings[SettingNames.DataDirectory], RotationRequestFile.FileName), "", TestContext.Current.CancellationToken);
        var next = await WaitFor.StateAsync("a third key", () => StateIn(settings) is { Phase: RotationPhase.Pending } state ? state.Next : null);
        Assert.Equal("partner-key", next.Name);
        Assert.False(next.Kid == first || next.Kid == second);
        Assert.DoesNotMatch(Troubles, following.Output);
    }

    /// <summary>Row 33: the TPM's default of three, counted by the TPM itself.</summary>
    [Fact]
    public async Task Row_33_three_wrong_starts_lock_the_TPM_for_the_right_PIN_too()
    {
        await using var tpm = await SoftTpm.StartAsync();
        (await tpm.RunAsync("tpm2_dictionarylockout", "--setup-parameters", "--max-tries=3", "--recovery-time=86400", "--lockout-recovery-time=86400"))
            .Succeeded();
        await using var system = await StartServersAsync("ES256");
        var settings = SettingsOf(system, tpm, "ES256");

        for (var start = 1; start <= 3; start++)
        {
            tpm.WritePin($"a-wrong-pin-{start}");
            Assert.Contains("refuses the PIN", await FailAsync(settings), StringComparison.Ordinal);
            Assert.Contains("at an earlier start, and the file is the same", await FailAsync(settings), StringComparison.Ordinal);
            Assert.Equal(start, await CountFailuresAsync(tpm));
        }

        tpm.WritePin(SoftTpm.Pin);
        var locked = await FailAsync(settings);
        Assert.Contains("is locked after too many wrong ones, and the right one is refused as well", locked, StringComparison.Ordinal);
        Assert.Contains("tpm2_dictionarylockout --clear-lockout", locked, StringComparison.Ordinal);

        (await tpm.RunAsync("tpm2_dictionarylockout", "--clear-lockout")).Succeeded();
        Assert.True((bool?)(await TypeWellAsync(settings, "keys", "generate", "--json"))["created"]);
    }

    private static Task<RunningSystem> StartServersAsync(string algorithm) => RunningSystem.StartServersAsync(new Dictionary<string, string>
    {
        ["AuthorizationServer:ClientAssertion:AllowedAlgorithms:0"] = algorithm,
        ["JwksService:Partners:0:AllowedAlgorithms:0"] = algorithm,
        ["JwksService:JwksMaxAge"] = "00:00:30",
        ["JwksService:KeyActivationDelay"] = "00:00:00",
    });

    private static Dictionary<string, string> SettingsOf(RunningSystem system, SoftTpm tpm, string algorithm)
    {
        var settings = new Dictionary<string, string>(system.PartnerSettings)
        {
            ["PartnerClient:Algorithm"] = algorithm,
            ["PartnerClient:PollInterval"] = "00:00:01",
            [SettingNames.PartnerClientEnrolmentToken] = RunningSystem.EnrolmentToken,
        };
        foreach (var (name, value) in tpm.Settings)
        {
            settings[name] = value;
        }

        return settings;
    }

    private static async Task<ServiceProcess> StartWorkerAsync(RunningSystem system, Dictionary<string, string> settings, string name)
    {
        using var address = new ReservedAddress();
        var free = address.Address;
        address.Dispose();
        return await ServiceProcess.StartAsync(
            "PartnerClient",
            free,
            settings[SettingNames.DataDirectory],
            new Dictionary<string, string>(settings) { [SettingNames.FlowReportFile] = ReportOf(system, name) });
    }

    private static RotationState? StateIn(Dictionary<string, string> settings) => JsonSerializer.Deserialize<RotationState>(
        File.ReadAllText(Path.Combine(settings[SettingNames.DataDirectory], RotationStateFile.FileName)), RotationState.JsonOptions);

    private static string ReportOf(RunningSystem system, string worker) => $"{system.ReportFile}.{worker}";

    /// <returns>The key of the first report that is asked for, and its failure.</returns>
    private static async Task<(string? Kid, string? Failure)> NextReportAsync(RunningSystem system, string worker, Predicate<FlowReport> isWanted)
    {
        var file = ReportOf(system, worker);
        var report = await WaitFor.StateAsync($"a flow of the worker '{worker}'", () =>
            File.Exists(file) && JsonSerializer.Deserialize<FlowReport>(File.ReadAllText(file), FlowReport.JsonOptions) is { } found && isWanted(found)
                ? found
                : null);
        return (report.Key?.Kid, report.Failure?.Code);
    }

    private static async Task<JsonNode> TypeWellAsync(Dictionary<string, string> settings, params string[] args)
    {
        var typed = await PartnerCommand.TypeAsync(settings, "", args);
        Assert.True(typed.ExitCode == 0, $"{string.Join(' ', args)}: {typed.Error}");
        Assert.DoesNotMatch(Troubles, typed.Error);
        return JsonNode.Parse(typed.Output)!;
    }

    private static async Task<string> FailAsync(Dictionary<string, string> settings)
    {
        var typed = await PartnerCommand.TypeAsync(settings, "", "keys", "generate");
        Assert.Equal(1, typed.ExitCode);
        Assert.DoesNotContain("-pin-", typed.Error, StringComparison.Ordinal);
        return typed.Error;
    }

    private static async Task<int> CountFailuresAsync(SoftTpm tpm)
    {
        var properties = (await tpm.RunAsync("tpm2_getcap", "properties-variable")).Succeeded();
        return Convert.ToInt32(Regex.Match(properties, "TPM2_PT_LOCKOUT_COUNTER: (0x[0-9A-Fa-f]+)").Groups[1].Value, 16);
    }
}
