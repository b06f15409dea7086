using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.PartnerClientTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

/// <summary><c>partners enrol --token-file</c>: the token goes to the file, and to nothing else.</summary>
public sealed class TokenFileTests : IAsyncLifetime
{
    private const string NewToken = "enrolment-token-0123456789";

    private CommandsUnderTest _commands = null!;

    private string TokenFile => _commands.FileNamed("token.txt");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _commands = await CommandsUnderTest.StartAsync();
        _commands.Registry.Answer = $$"""{"id":"0198c0de","token":"{{NewToken}}","expiresAt":"2026-05-05T03:02:01Z"}""";
    }

    public async ValueTask DisposeAsync() => await _commands.DisposeAsync();

    [Fact]
    public async Task The_token_is_in_a_file_of_its_owner_alone_and_is_not_printed()
    {
        var typed = await EnrolAsync();

        Assert.Equal(0, typed.ExitCode);
        Assert.Equal(
            ["Id          0198c0de", "Expires     2026-05-05T03:02:01Z", $"Token file  {TokenFile}"],
            typed.OutputLines);
        Assert.DoesNotContain(NewToken, typed.Output + typed.Error, StringComparison.Ordinal);
        Assert.Equal($"{NewToken}\n", await File.ReadAllTextAsync(TokenFile, Cancellation));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokenFile));
        }
    }

    [Fact]
    public async Task With_json_the_file_stands_in_place_of_the_token()
    {
        var typed = await EnrolAsync("--json");

        var shown = JsonNode.Parse(Assert.Single(typed.OutputLines))!.AsObject();
        Assert.Equal(["id", "expiresAt", "tokenFile"], shown.Select(member => member.Key));
        Assert.Equal(TokenFile, (string?)shown["tokenFile"]);
        Assert.Equal($"{NewToken}\n", await File.ReadAllTextAsync(TokenFile, Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_there_is_left_alone_and_no_token_is_made()
    {
        await File.WriteAllTextAsync(TokenFile, "older", Cancellation);

        var typed = await EnrolAsync();

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("--token-file: ", typed.Error, StringComparison.Ordinal);
        Assert.Contains(TokenFile, typed.Error, StringComparison.Ordinal);
        Assert.Equal("older", await File.ReadAllTextAsync(TokenFile, Cancellation));
        Assert.Empty(_commands.Registry.Requests);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_before_a_token_is_made()
    {
        var file = Path.Combine(_commands.FileNamed("no-folder"), "token.txt");

        var typed = await _commands.TypeAsync("partners", "enrol", "partner-a", "--token-file", file);

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains(file, typed.Error, StringComparison.Ordinal);
        Assert.Empty(_commands.Registry.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_token_no_file_is_left(bool refused)
    {
        _commands.Registry.Answer = """{"id":"0198c0de"}""";
        _commands.Registry.Instead = request =>
            refused && request.Path != StubRegistryApi.MetadataPath ? StubServers.Problem(404, "partner_unknown") : null;

        var typed = await EnrolAsync();

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains(refused ? "partner_unknown: " : "registry_unreadable: ", typed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(TokenFile));
    }

    private Task<Typed> EnrolAsync(params string[] more) =>
        _commands.TypeAsync(["partners", "enrol", "partner-a", "--token-file", TokenFile, .. more]);
}
