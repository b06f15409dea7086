using System.Text.Json;

using B2BAssertions.PartnerClient.Doctor;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Doctor;

/// <summary>What the doctor finds on this machine, and what it writes.</summary>
[Collection<OneDoctorSystem>]
public sealed class LocalTests(DoctorSystem system) : DoctorRuns(system)
{
    [Fact]
    [Trait("Rule", "PC-03")]
    public async Task A_wrong_password_is_named_with_its_setting()
    {
        var examined = await RunAsync("KeyPassword", "another-password-0123456789");

        Assert.Contains("PartnerClient:KeyPassword", examined.AssertFailed("key", "key_unusable").Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another-password", examined.Text, StringComparison.Ordinal);
        Assert.Equal("key set, token, key state, orders, key age", examined.Names(CheckStatus.Skipped));
    }

    [Fact]
    [Trait("Rule", "PC-03")]
    public async Task A_key_file_that_others_may_read_is_named()
    {
        using var folder = new DoctorFolder(KeyFileMaker.Pem);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
        }
        else
        {
            File.SetUnixFileMode(folder.KeyFile, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        var examined = await Examined.RunAsync(folder.Path, Servers.Settings);

        Assert.Contains("chmod 600", examined.AssertFailed("key", "key_unusable").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_key_is_named_and_not_made()
    {
        using var folder = new DoctorFolder(pem: null);

        var examined = await Examined.RunAsync(folder.Path, Servers.Settings);

        Assert.Contains(folder.KeyFile, examined.AssertFailed("key", "key_missing").Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_data_directory_that_is_not_there_is_not_made()
    {
        using var folder = new DoctorFolder(pem: null);
        var missing = Path.Combine(folder.Path, "missing");

        (await Examined.RunAsync(missing, Servers.Settings)).AssertFailed("key", "key_missing");

        Assert.False(Directory.Exists(missing));
    }

    [Fact]
    public async Task Every_setting_at_fault_is_named_at_once_and_nothing_else_is_looked_at()
    {
        using var folder = new DoctorFolder(KeyFileMaker.Pem);
        var settings = Servers.Settings;
        settings["PartnerClient:ClientId"] = "";
        settings["PartnerClient:Algorithm"] = "RS256";
        settings["PartnerClient:OrdersApi"] = "ftp://127.0.0.1";

        var examined = await Examined.RunAsync(folder.Path, settings);

        var fault = examined.AssertFailed("settings", "settings_invalid");
        Assert.Equal(3, fault.Message.Split('\n').Length);
        Assert.All(["ClientId", "Algorithm", "OrdersApi"], setting => Assert.Contains($"PartnerClient:{setting}", fault.Message, StringComparison.Ordinal));
        Assert.Equal(Examination.Length - 1, examined.Report.Count(CheckStatus.Skipped));
    }

    [Theory]
    [Trait("Rule", "PC-07")]
    [InlineData("Scope", SystemSettings.ReadScope)]
    [InlineData("Scope", SystemSettings.WriteScope)]
    [InlineData("ClientId", DoctorSystem.Stranger)]
    public async Task No_output_and_no_log_has_a_secret_an_assertion_or_a_token(string setting, string value)
    {
        var examined = await RunAsync(setting, value);

        string[] written = [examined.Text, ExaminationJson.Describe(examined.Report), .. examined.Logs.Lines];
        Assert.NotEmpty(examined.Logs.Lines);
        Assert.All(written, text => Assert.DoesNotMatch(@"eyJ[\w-]+\.[\w-]+", text));
        Assert.All(written, text => Assert.DoesNotContain(KeyFileMaker.Password, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_command_ends_with_0_when_nothing_failed_and_writes_a_line_for_each_check()
    {
        using var folder = new DoctorFolder(KeyFileMaker.Pem);

        var (exitCode, output) = await Examined.TypeAsync(folder.Path, Servers.Settings);

        Assert.Equal(0, exitCode);
        Assert.Equal(Examination.Length, output.Split(Environment.NewLine).Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
        Assert.Contains("All is well.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_ends_with_1_when_something_failed_and_writes_JSON_on_demand()
    {
        using var folder = new DoctorFolder(KeyFileMaker.Pem);
        var settings = Servers.Settings;
        settings["PartnerClient:OrdersApi"] = Servers.Addresses.JwksService;

        var (exitCode, output) = await Examined.TypeAsync(folder.Path, settings, "--json");

        Assert.Equal(1, exitCode);
        var json = JsonSerializer.Deserialize<JsonElement>(output);
        Assert.False(json.GetProperty("healthy").GetBoolean());
        Assert.Equal(32, json.GetProperty("traceId").GetString()!.Length);
        var failed = Assert.Single(json.GetProperty("checks").EnumerateArray(), check => check.GetProperty("status").GetString() == "failed");
        Assert.Equal("orders", failed.GetProperty("name").GetString());
        Assert.Equal("orders_refused", failed.GetProperty("code").GetString());
        Assert.NotEmpty(failed.GetProperty("message").GetString()!);
        Assert.NotEmpty(failed.GetProperty("whatToDo").GetString()!);
    }
}
