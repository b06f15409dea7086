using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.KeyFilesTests;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Commands;

/// <summary><c>keys</c>.</summary>
public sealed class KeyCommandTests : IAsyncLifetime
{
    private PartnerCommands _commands = null!;

    private string KeyFile => _commands.FileNamed("partner-key.pem");

    public async ValueTask InitializeAsync() => _commands = await PartnerCommands.StartAsync();

    public async ValueTask DisposeAsync() => await _commands.DisposeAsync();

    [Fact]
    [Trait("Rule", "PC-03")]
    public async Task The_first_key_is_made_with_a_password_before_anything_else_is_known()
    {
        File.Delete(KeyFile);
        _commands.Settings.Clear();
        _commands.Settings["PartnerClient:Algorithm"] = "ES256";

        var typed = await _commands.TypeAsync("keys", "generate", "--json");
        var again = await _commands.TypeAsync("keys", "generate", "--json");

        Assert.True(typed.ExitCode == 0, typed.Error);
        var made = JsonNode.Parse(typed.Output)!;
        var password = new PasswordFile(_commands.FileNamed("partner-key.password"), "test");
        using var key = new PrivateKeyFile(KeyFile, "test", password).Open();
        Assert.Equal((key.Kid, "ES256", KeyFile), ((string?)made["kid"], (string?)made["algorithm"], (string?)made["key"]));
        Assert.True((bool)made["created"]!);
        Assert.DoesNotContain(password.Read(), typed.Output + typed.Error, StringComparison.Ordinal);
        Assert.Equal((0, false), (again.ExitCode, (bool)JsonNode.Parse(again.Output)!["created"]!));
        Assert.Equal(key.Kid, (string?)JsonNode.Parse(again.Output)!["kid"]);
    }

    [Fact]
    public async Task The_public_half_is_shown_in_each_format_and_nothing_of_the_private_one()
    {
        var jwk = await _commands.TypeAsync("keys", "public");
        var jwks = await _commands.TypeAsync("keys", "public", "--format", "jwks");
        var pem = await _commands.TypeAsync("keys", "public", "--format", "pem");

        Assert.Equal(_commands.Key.ToJson().ToJsonString(), Assert.Single(jwk.OutputLines));
        Assert.True(JwkSet.TryParse(Assert.Single(jwks.OutputLines), out var set, out _));
        Assert.Equal(_commands.Key.Thumbprint, Assert.Single(set.Keys).Thumbprint);
        using var key = RSA.Create();
        key.ImportFromPem(pem.Output);
        Assert.Equal(_commands.Key.Thumbprint, PublicJwk.FromKey(key).Thumbprint);
        Assert.Throws<CryptographicException>(() => key.ExportParameters(includePrivateParameters: true));
    }

    [Fact]
    public async Task Keys_are_listed_with_what_they_are_for()
    {
        var typed = await _commands.TypeAsync("keys", "list", "--json");
        var status = await _commands.TypeAsync("keys", "status");

        var key = Assert.Single(JsonNode.Parse(typed.Output)!["keys"]!.AsArray());
        Assert.Equal(("current", _commands.Key.KeyId, KeyFile), ((string?)key!["role"], (string?)key["kid"], (string?)key["key"]));
        Assert.Contains("Rotation      none", status.OutputLines);
        Assert.Empty(_commands.Servers.Issuer.Requests);
    }

    [Fact]
    [Trait("Rule", "PC-06")]
    public async Task A_rotation_that_is_refused_says_so_and_leaves_the_present_key_to_sign()
    {
        _commands.Servers.Issuer.Instead =
            request => request.IsPost ? Results.Json(new { error = "invalid_client" }, statusCode: 401) : null;

        var typed = await _commands.TypeAsync("keys", "rotate");
        var list = await _commands.TypeAsync("keys", "list", "--json");

        Assert.Equal((1, ""), (typed.ExitCode, typed.Output));
        Assert.Contains("token_refused: ", typed.Error, StringComparison.Ordinal);
        var keys = JsonNode.Parse(list.Output)!["keys"]!.AsArray();
        Assert.Equal(["current", "next"], keys.Select(key => (string?)key!["role"]));
        Assert.Equal(_commands.Key.KeyId, (string?)keys[0]!["kid"]);
    }

    [Fact]
    [Trait("Rule", "PC-03")]
    public async Task A_key_from_elsewhere_is_stored_encrypted_and_never_over_another()
    {
        using var key = RSA.Create(2048);
        var file = _commands.FileNamed("from-elsewhere.pem");
        KeyFileMaker.Write(file, key.ExportPkcs8PrivateKeyPem());
        var refused = await _commands.TypeAsync("keys", "import", file);
        File.Delete(KeyFile);

        var typed = await _commands.TypeAsync("keys", "import", file, "--json");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("key_exists: ", refused.Error, StringComparison.Ordinal);
        Assert.True(typed.ExitCode == 0, typed.Error);
        Assert.Equal(PublicJwk.FromKey(key).KeyId, (string?)JsonNode.Parse(typed.Output)!["kid"]);
        Assert.StartsWith(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----",
            await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    /// <summary>Row 29 of issue 14: the registry would know nothing of the kid that the partner has registered before.</summary>
    [Fact]
    public async Task Row_29_a_kid_that_is_not_kept_is_told()
    {
        using var key = RSA.Create(2048);
        var jwk = PrivateJwkTests.ToJwk(key);
        jwk["kid"] = "partner-2026";
        jwk["key_ops"] = new JsonArray();
        var file = _commands.FileNamed("from-elsewhere.json");
        KeyFileMaker.Write(file, jwk.ToJsonString());
        File.Delete(KeyFile);

        var typed = await _commands.TypeAsync("keys", "import", file, "--json");

        Assert.True(typed.ExitCode == 0, typed.Error);
        Assert.Equal(PublicJwk.FromKey(key).Thumbprint, (string?)JsonNode.Parse(typed.Output)!["kid"]);
        Assert.Contains("The key came with the kid 'partner-2026', which is not kept", typed.Error, StringComparison.Ordinal);
        Assert.Contains(PublicJwk.FromKey(key).Thumbprint, typed.Error, StringComparison.Ordinal);
    }

    /// <summary>Row 4 of issue 14: no file that is imported ends in a stack trace.</summary>
    [Fact]
    public async Task Row_4_a_key_of_three_primes_ends_in_one_sentence()
    {
        Assert.SkipUnless(OpenSsl.IsPresent, "There is no openssl on the PATH.");
        var file = _commands.FileNamed("from-elsewhere.pem");
        await OpenSsl.RunAsync(
            "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_primes:3", "-out", file);
        File.Delete(KeyFile);

        var typed = await _commands.TypeAsync("keys", "import", file);

        Assert.Equal((1, ""), (typed.ExitCode, typed.Output));
        Assert.Contains("more than two primes", Assert.Single(typed.Error.TrimEnd().Split('\n'), line => !line.Contains("AllowHttp", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.False(File.Exists(KeyFile));
    }

    /// <summary>Row 19 of issue 14.</summary>
    [Fact]
    public async Task Row_19_a_key_file_that_its_group_may_read_is_warned_of()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells the group of a file.");
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }

        var typed = await _commands.TypeAsync("keys", "public");

        Assert.Equal(0, typed.ExitCode);
        Assert.Contains($"Warning: The group of the key file '{KeyFile}' may read it.", typed.Error, StringComparison.Ordinal);
    }
}
