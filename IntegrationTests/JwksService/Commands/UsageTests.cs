using B2BAssertions.JwksService;
using B2BAssertions.JwksService.Commands;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

public sealed class UsageTests : IAsyncLifetime
{
    private CommandsUnderTest _commands = null!;

    public async ValueTask InitializeAsync() => _commands = await CommandsUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _commands.DisposeAsync();

    [Theory]
    [InlineData("partners", true)]
    [InlineData("keys list", true)]
    [InlineData("partner list", true)]
    [InlineData("--help", true)]
    [InlineData("-h", true)]
    [InlineData("--registry https://keys.example.test partners list", true)]
    [InlineData("--registry=https://keys.example.test partners list", true)]
    [InlineData("--json keys list partner-a", true)]
    [InlineData("", false)]
    [InlineData("--registries https://keys.example.test", false)]
    [InlineData("--urls http://localhost:3000", false)]
    [InlineData("--urls=http://localhost:3000 partners", false)]
    [InlineData("/urls http://localhost:3000", false)]
    [InlineData("urls=http://localhost:3000", false)]
    public void Settings_are_the_services_and_words_are_commands(string args, bool isCommand) =>
        Assert.Equal(isCommand, CommandLine.IsMeantBy(args.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public async Task The_executable_runs_commands() => Assert.Equal(2, await Program.Main(["partner", "list"]));

    [Theory]
    [InlineData("partners", "Required command")]
    [InlineData("partner list", "'partner'")]
    [InlineData("partners list extra", "'extra'")]
    [InlineData("partners list --jsno", "'--jsno'")]
    [InlineData("partners show", "'show'")]
    [InlineData("partners show --jsno", "misspelt option")]
    [InlineData("partners show ..", "cannot stand in an address")]
    [InlineData("partners add partner-a --contact c", "--name")]
    [InlineData("partners add partner-a --name n", "--contact")]
    [InlineData("partners add partner-a --name n --contact c --algorithm RS256", "'RS256'")]
    [InlineData("partners suspend partner-a", "--reason")]
    [InlineData("partners enrol partner-a --lifetime 24", "'24' is no time")]
    [InlineData("partners revoke-enrolment partner-a .", "cannot stand in an address")]
    [InlineData("keys revoke partner-a kid", "--reason")]
    [InlineData("keys request-rotation partner-a kid", "--reason")]
    [InlineData("keys revoke partner-a .. --reason r", "cannot stand in an address")]
    [InlineData("keys retire partner-a kid --overlap soon", "'soon' is no time")]
    [InlineData("keys submit partner-a", "--private-key")]
    [InlineData("keys generate", "'generate'")]
    [InlineData("keys generate key.pem --rsa-size 1024", "'1024'")]
    [InlineData("keys generate key.password", "cannot be in one file")]
    [InlineData("keys generate ", "FILE: expected the name of a file")]
    [InlineData("keys generate key.pem --private-key-password-file ", "--private-key-password-file: expected the name of a file")]
    [InlineData("keys submit partner-a --private-key ", "--private-key: expected the name of a file")]
    [InlineData("keys submit partner-a --private-key key.pem --enrolment-token-file ", "--enrolment-token-file: expected the name of a file")]
    [InlineData("partners enrol partner-a --token-file ", "--token-file: expected the name of a file")]
    [InlineData("partners list --key-file ", "--key-file: expected the name of a file")]
    [InlineData("partners list --key-password-file ", "--key-password-file: expected the name of a file")]
    [InlineData("partners list --registry keys.example.test", "--registry is 'keys.example.test'")]
    [InlineData("partners list --registry https://keys.example.test/?a=b", "without user name, query or fragment")]
    [InlineData("partners list --registry https://me@keys.example.test", "without user name, query or fragment")]
    [InlineData("partners list --registry http://127.0.0.1:3000", "--allow-http")]
    public async Task What_is_typed_wrong_ends_with_exit_code_2_and_asks_nobody(string args, string expected)
    {
        var typed = await _commands.TypeExactlyAsync(args.Split(' '));

        Assert.Equal(2, typed.ExitCode);
        Assert.Empty(typed.Output);
        Assert.Contains(expected, typed.Error, StringComparison.Ordinal);
        Assert.Empty(_commands.Registry.Requests);
        Assert.Empty(_commands.Issuer.Requests);
    }

    [Theory]
    [InlineData("B2B_REGISTRY", "--registry")]
    [InlineData("B2B_KEY_FILE", "--key-file")]
    public async Task What_neither_option_nor_environment_names_is_told_with_both_names(string variable, string option)
    {
        _commands.Variables.Remove(variable);

        var typed = await _commands.TypeAsync("partners", "list");

        Assert.Equal(2, typed.ExitCode);
        Assert.Contains($"{option} is missing", typed.Error, StringComparison.Ordinal);
        Assert.Contains(variable, typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_http_is_warned_of_beside_the_result()
    {
        _commands.Registry.Answer = """{"partners":[],"next":null}""";

        var typed = await _commands.TypeAsync("partners", "list", "--json");

        Assert.Equal(0, typed.ExitCode);
        Assert.StartsWith("Warning: --allow-http", typed.Error, StringComparison.Ordinal);
        Assert.Equal("""{"partners":[],"next":null}""", Assert.Single(typed.OutputLines));
    }

    [Theory]
    [InlineData("--help", "JwksService partners add", "JwksService keys revoke")]
    [InlineData("keys --help", "JwksService keys list", "JwksService keys revoke")]
    [InlineData("keys submit --help", "--enrolment-token-file token.txt", "--client-id partner-b")]
    public async Task Help_ends_with_examples_of_the_command(string args, params string[] expected)
    {
        var typed = await _commands.TypeExactlyAsync(args.Split(' '));

        Assert.Equal(0, typed.ExitCode);
        Assert.Empty(typed.Error);
        var examples = typed.Output[typed.Output.IndexOf("Examples:", StringComparison.Ordinal)..];
        Assert.All(expected, part => Assert.Contains(part, examples, StringComparison.Ordinal));
        Assert.Equal(args == "--help", examples.Contains("JwksService partners", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("partners list", "JwksService partners list --json")]
    [InlineData("partners show", "JwksService partners show partner-b")]
    [InlineData("keys list", "JwksService keys list partner-b")]
    [InlineData("keys show", "JwksService keys show partner-b KID")]
    [InlineData("partners enrol", "JwksService partners enrol partner-b --lifetime 2h --token-file token.txt")]
    public async Task Help_of_a_command_shows_no_example_of_another(string command, string expected)
    {
        var typed = await _commands.TypeExactlyAsync([.. command.Split(' '), "--help"]);

        var examples = typed.OutputLines.SkipWhile(line => line != "Examples:").Where(line => line.StartsWith("  JwksService", StringComparison.Ordinal));
        Assert.Equal(expected, Assert.Single(examples).Trim());
    }

    [Fact]
    public async Task A_key_file_that_cannot_be_used_asks_nobody()
    {
        await File.WriteAllTextAsync(_commands.KeyFile, "no key", TestContext.Current.CancellationToken);

        var typed = await _commands.TypeAsync("partners", "list");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("--key-file: the key file", typed.Error, StringComparison.Ordinal);
        Assert.Empty(_commands.Registry.Requests);
    }

    [Theory]
    [InlineData(false, "https://keys.example.test", true)]
    [InlineData(false, "http://keys.example.test", false)]
    [InlineData(true, "http://keys.example.test", true)]
    [InlineData(true, "ftp://keys.example.test", false)]
    [InlineData(true, "https://user@keys.example.test", false)]
    [InlineData(true, "https://keys.example.test/#part", false)]
    [InlineData(true, "/relative", false)]
    [InlineData(true, null, false)]
    public void Assertions_and_tokens_go_to_https_unless_http_is_allowed(bool allowHttp, string? address, bool accepted) =>
        Assert.Equal(accepted, new Transport(allowHttp).Accepts(address));
}
