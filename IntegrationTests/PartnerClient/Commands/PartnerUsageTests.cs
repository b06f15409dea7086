using System.CommandLine;
using System.Text;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient;
using B2BAssertions.PartnerClient.Commands;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Commands;

public sealed class PartnerUsageTests : IAsyncLifetime
{
    private PartnerCommands _commands = null!;

    public async ValueTask InitializeAsync() => _commands = await PartnerCommands.StartAsync();

    public async ValueTask DisposeAsync() => await _commands.DisposeAsync();

    [Theory]
    [InlineData("", false)]
    [InlineData("run", false)]
    [InlineData("run --PartnerClient:PollInterval=00:00:05", false)]
    [InlineData("run --urls http://localhost:5003", false)]
    [InlineData("--PartnerClient:ClientId partner-a", false)]
    [InlineData("--PartnerClient:ClientId=partner-a --urls http://localhost:5003", false)]
    [InlineData("PartnerClient:ClientId=partner-a", false)]
    [InlineData("--DataDirectory token", false)]
    [InlineData("token get", true)]
    [InlineData("--PartnerClient:ClientId=partner-a token get", true)]
    [InlineData("--DataDirectory /data token get", true)]
    [InlineData("--json token get", true)]
    [InlineData("--help", true)]
    [InlineData("run --help", true)]
    [InlineData("run twice", true)]
    [InlineData("tokens", true)]
    public void Settings_are_the_workers_and_words_are_commands(string args, bool isCommand) =>
        Assert.Equal(isCommand, CommandLine.IsMeantBy(args.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>Row 28 of issue 14: a command is typed in any folder, such as that of another application.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("--PartnerClient:ClientId=partner-a", true)]
    [InlineData("--contentRoot /srv/partner", false)]
    [InlineData("--contentRoot=/srv/partner", false)]
    public void Row_28_settings_files_are_of_the_executables_folder_or_of_one_that_is_named(string args, bool isOwn) => Assert.Equal(
        isOwn ? AppContext.BaseDirectory : null,
        OwnSettings.From(args.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ContentRootPath);

    [Fact]
    public async Task Row_28_a_command_takes_nothing_from_an_appsettings_of_the_current_folder()
    {
        using var foreign = new TemporaryDirectory();
        await File.WriteAllTextAsync(
            foreign.FileNamed("appsettings.json"), """{"PartnerClient":{"Algorithm":"none"}}""", TestContext.Current.CancellationToken);
        string[] command = ["keys", "generate", $"--DataDirectory={foreign.FileNamed("data")}"];

        var typed = await RunInAsync(foreign.Path, command);
        var asked = await RunInAsync(foreign.Path, [.. command, $"--contentRoot={foreign.Path}"]);

        Assert.True(typed.ExitCode == 0, typed.Errors);
        Assert.Equal(1, asked.ExitCode);
        Assert.Contains("PartnerClient:Algorithm is 'none'", asked.Errors, StringComparison.Ordinal);
    }

    private static Task<ToolRun> RunInAsync(string folder, string[] args) => Tool.RunAsync(
        BuiltExecutable.Of("PartnerClient"), folder, args, environment: new Dictionary<string, string> { ["DOTNET_ROOT"] = BuiltExecutable.RuntimeRoot });

    [Fact]
    public void The_worker_gets_all_settings_but_not_its_name() => Assert.Equal(
        ["--DataDirectory", "run", "--urls", "http://localhost:1"],
        CommandLine.SettingsOfWorker(["--DataDirectory", "run", "run", "--urls", "http://localhost:1"]));

    [Theory]
    [InlineData("tokens", "'tokens'")]
    [InlineData("token", "Required command")]
    [InlineData("token get --jsno", "'--jsno'")]
    [InlineData("run twice", "'twice'")]
    [InlineData("keys public --format der", "'der'")]
    [InlineData("orders get", "'get'")]
    [InlineData("orders get ..", "expected the id of an order")]
    [InlineData("orders create", "--file")]
    [InlineData("orders create --file - --idempotency-key a\"b", "--idempotency-key")]
    [InlineData("token get --PartnerClient:KeyPassword=secret", "PartnerClient:KeyPassword is a secret")]
    [InlineData("token get --partnerclient:enrolmenttoken secret", "PartnerClient:EnrolmentToken is a secret")]
    public async Task What_is_typed_wrong_ends_with_exit_code_2_and_asks_nobody(string args, string expected)
    {
        var typed = await _commands.TypeAsync(args.Split(' '));

        Assert.Equal((2, ""), (typed.ExitCode, typed.Output));
        Assert.Contains(expected, typed.Error, StringComparison.Ordinal);
        Assert.Empty(_commands.Servers.Issuer.Requests);
    }

    [Fact]
    public async Task Settings_that_are_typed_go_before_those_of_the_environment()
    {
        var typed = await _commands.TypeAsync("token", "get", "--PartnerClient:Algorithm=none", "--PartnerClient:ClientId=");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("PartnerClient:", typed.Error, StringComparison.Ordinal);
        Assert.Empty(_commands.Servers.Issuer.TokenRequests);
    }

    [Fact]
    public async Task Help_is_as_it_was_reviewed()
    {
        string[] commands =
        [
            "", "run", "doctor", "keys", "keys generate", "keys list", "keys public", "keys import", "keys rotate", "keys status", "assertion show",
            "token get", "orders", "orders list", "orders get", "orders create",
        ];
        var help = new StringBuilder();
        foreach (var command in commands)
        {
            var typed = await _commands.TypeAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            Assert.Equal((0, ""), (typed.ExitCode, typed.Error));
            help.Append(typed.Output.Replace(RootCommand.ExecutableName, "PartnerClient", StringComparison.Ordinal)).Append("\n---\n");
        }

        await Snapshot.AssertMatchesAsync("IntegrationTests/PartnerClient/Commands/help.txt", help.ToString());
    }
}
