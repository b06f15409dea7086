using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;

using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

/// <summary><c>keys generate</c> and <c>keys submit</c>.</summary>
public sealed class KeyFileCommandTests : IAsyncLifetime
{
    private const string EnrolmentToken = "enrolment-token-of-the-test-0123456789";

    private CommandsUnderTest _commands = null!;

    private string NewKeyFile => _commands.FileNamed("new.pem");

    private string TokenFile => _commands.FileNamed("token.txt");

    public async ValueTask InitializeAsync()
    {
        _commands = await CommandsUnderTest.StartAsync();
        _commands.Registry.Answer = """{"kid":"k1","state":"active"}""";
    }

    public async ValueTask DisposeAsync() => await _commands.DisposeAsync();

    [Theory]
    [InlineData("PS256", "RSA")]
    [InlineData("ES256", "EC")]
    [Trait("Rule", "PC-03")]
    public async Task A_new_key_is_encrypted_for_its_owner_alone_and_only_its_public_half_is_shown(string algorithm, string keyType)
    {
        _commands.Variables.Clear();

        var typed = await _commands.TypeExactlyAsync("keys", "generate", NewKeyFile, "--algorithm", algorithm, "--json");

        Assert.Equal(0, typed.ExitCode);
        var shown = JsonNode.Parse(typed.Output)!;
        Assert.Equal(NewKeyFile, (string?)shown["keyFile"]);
        Assert.Equal(_commands.FileNamed("new.password"), (string?)shown["passwordFile"]);
        var key = Assert.Single(shown["jwks"]!["keys"]!.AsArray())!.AsObject();
        Assert.Equal(keyType, (string?)key["kty"]);
        Assert.False(key.ContainsKey("d"));
        Assert.Equal((string?)shown["kid"], (string?)key["kid"]);
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", await File.ReadAllTextAsync(NewKeyFile, Token), StringComparison.Ordinal);
        Assert.DoesNotContain(await File.ReadAllTextAsync(_commands.FileNamed("new.password"), Token), typed.Output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(NewKeyFile));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_commands.FileNamed("new.password")));
        }
    }

    [Fact]
    public async Task The_public_half_stands_alone_on_the_last_line_and_is_labelled()
    {
        var typed = await _commands.TypeExactlyAsync("keys", "generate", NewKeyFile, "--algorithm", "ES256");

        Assert.Equal(0, typed.ExitCode);
        Assert.Contains("AuthorizationServer:Clients:n:Jwks", typed.OutputLines[^2], StringComparison.Ordinal);
        Assert.True(JwkSet.TryParse(typed.OutputLines[^1], out var shown, out _));
        Assert.Contains($"Kid            {Assert.Single(shown.Keys).KeyId}", typed.OutputLines);
        Assert.All(typed.OutputLines[..^2], line => Assert.InRange(line.Length, 1, 150));
    }

    [Fact]
    public async Task A_key_is_never_written_over()
    {
        var before = await File.ReadAllTextAsync(_commands.KeyFile, Token);

        var typed = await _commands.TypeExactlyAsync("keys", "generate", _commands.KeyFile);

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("never written over", typed.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(_commands.KeyFile, Token));
    }

    [Fact]
    [Trait("Rule", "KR-04")]
    public async Task The_first_key_is_submitted_with_an_enrolment_token_and_a_proof_of_possession()
    {
        var key = WriteNewKey();
        await File.WriteAllTextAsync(TokenFile, EnrolmentToken + "\n", Token);
        _commands.Registry.Token = EnrolmentToken;

        var request = await _commands.TypeOneRequestAsync(
            "keys", "submit", "partner-a", "--private-key", NewKeyFile, "--enrolment-token-file", TokenFile);

        Assert.Equal("/partners/partner-a/keys", request.RawTarget);
        Assert.Empty(_commands.Issuer.Requests);
        AssertProves(key, request.Body);
    }

    [Theory]
    [InlineData(UnixFileMode.None, false)]
    [InlineData(UnixFileMode.GroupRead, true)]
    [InlineData(UnixFileMode.OtherRead, true)]
    public async Task An_enrolment_token_file_that_others_can_read_is_warned_of(UnixFileMode others, bool warned)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        WriteNewKey();
        await File.WriteAllTextAsync(TokenFile, EnrolmentToken, Token);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(TokenFile, UnixFileMode.UserRead | others);
        }

        _commands.Registry.Token = EnrolmentToken;
        var typed = await _commands.TypeAsync(
            "keys", "submit", "partner-a", "--private-key", NewKeyFile, "--enrolment-token-file", TokenFile);

        Assert.Equal(0, typed.ExitCode);
        Assert.Equal(
            warned, typed.Error.Contains($"the enrolment token file '{TokenFile}' is open to group or others", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "KR-07")]
    public async Task A_later_key_is_submitted_with_an_access_token_of_the_partner()
    {
        var key = WriteNewKey();

        var request = await _commands.TypeOneRequestAsync(
            "keys", "submit", "partner-a", "--private-key", NewKeyFile, "--client-id", "partner-a");

        Assert.Equal("keys", Assert.Single(_commands.Issuer.TokenRequests)["scope"]);
        Assert.Equal(_commands.Key.KeyId, _commands.Issuer.Assertion.Kid);
        AssertProves(key, request.Body);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("no token at all\n")]
    [InlineData(null)]
    public async Task An_enrolment_token_that_cannot_be_read_is_not_sent(string? content)
    {
        WriteNewKey();
        if (content is not null)
        {
            await File.WriteAllTextAsync(TokenFile, content, Token);
        }

        var typed = await _commands.TypeAsync("keys", "submit", "partner-a", "--private-key", NewKeyFile, "--enrolment-token-file", TokenFile);

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("--enrolment-token-file: ", typed.Error, StringComparison.Ordinal);
        Assert.Contains(TokenFile, typed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("no token at all", typed.Error, StringComparison.Ordinal);
        Assert.Empty(_commands.Registry.Requests);
    }

    [Fact]
    public async Task A_key_that_is_not_encrypted_is_refused_before_anybody_is_asked()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        KeyFileMaker.Write(NewKeyFile, key.ExportPkcs8PrivateKeyPem());

        var typed = await _commands.TypeAsync("keys", "submit", "partner-a", "--private-key", NewKeyFile);

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("--private-key: the key file", typed.Error, StringComparison.Ordinal);
        Assert.Contains("Encrypt it", typed.Error, StringComparison.Ordinal);
        Assert.Empty(_commands.Registry.Requests);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PublicJwk WriteNewKey()
    {
        using var key = RSA.Create(2048);
        _commands.WriteKey("new.pem", key);
        return PublicJwk.FromKey(key);
    }

    private void AssertProves(PublicJwk key, string body)
    {
        var submission = JsonNode.Parse(body)!;
        Assert.True(JsonNode.DeepEquals(key.ToJson(), submission["key"]));
        var proof = (string)submission["proof"]!;
        Assert.True(JwsSignature.IsValid(proof, key));
        var jwt = new JsonWebToken(proof);
        Assert.Equal((KeyProof.Type, "partner-a", "partner-a"), (jwt.Typ, jwt.Issuer, jwt.Subject));
        Assert.Equal(_commands.Registry.Address, jwt.GetPayloadValue<string>("aud"));
        Assert.Equal(60, jwt.GetPayloadValue<long>("exp") - jwt.GetPayloadValue<long>("iat"));
    }
}
