using System.Text.Json.Nodes;

using B2BAssertions.ServiceDefaults;

using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>The very script of docs/examples, with openssl and curl alone, against the real services.</summary>
public sealed class ShellScriptTests
{
    public ShellScriptTests() => ShellScript.Demand();

    [Fact]
    [Trait("Rule", "PC-07")]
    [Trait("Rule", "KR-04")]
    [Trait("Rule", "AS-07")]
    public async Task From_nothing_to_the_orders_and_no_secret_is_an_argument_of_a_program()
    {
        await using var view = await PartnersView.StartAsync();
        var script = new ShellScript(view);
        var cancellationToken = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(script.FileNamed("enrolment.token"), $"{PartnersView.EnrolmentToken}\r\n", cancellationToken);

        var outputs = new List<string>
        {
            (await script.RunAsync("key")).Succeeded(),
            (await script.RunAsync("enrol", "enrolment.token")).Succeeded(),
            (await script.RunAsync("token", "access.token")).Succeeded(),
        };
        var orders = (await script.RunAsync("orders")).Succeeded();

        Assert.Equal("active", (string?)JsonNode.Parse(outputs[1])!["state"]);
        Assert.Equal(JsonNode.Parse((await script.RunAsync("jwk")).Succeeded())!["n"]!.ToString(), await PublishedModulusAsync(view));
        Assert.NotEmpty(JsonNode.Parse(orders)!["orders"]!.AsArray());

        var token = (await File.ReadAllTextAsync(script.FileNamed("access.token"), cancellationToken)).Trim();
        Assert.Equal(SystemSettings.PartnerClientId, new JsonWebToken(token).Subject);
        var password = (await File.ReadAllTextAsync(script.PasswordFile, cancellationToken)).Trim();
        string[] secrets = [password, PartnersView.EnrolmentToken, token.Split('.')[2], "eyJ"];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, script.Arguments, StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.DoesNotContain(outputs, output => output.Contains(secret, StringComparison.Ordinal)));
        Assert.Contains($"{view.OrdersApi.Address}/orders", script.Arguments, StringComparison.Ordinal);
        Assert.Contains($"file:{Path.GetFileName(script.PasswordFile)}", script.Arguments, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "PC-03")]
    public async Task The_key_is_encrypted_for_its_owner_alone_and_never_overwritten()
    {
        await using var view = await PartnersView.StartAsync();
        var script = new ShellScript(view);
        (await script.RunAsync("key")).Succeeded();
        var pem = await File.ReadAllTextAsync(script.KeyFile, TestContext.Current.CancellationToken);

        var again = await script.RunAsync("key");

        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", pem, StringComparison.Ordinal);
        Assert.Equal(1, again.ExitCode);
        Assert.Equal(pem, await File.ReadAllTextAsync(script.KeyFile, TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal((owner, owner), (File.GetUnixFileMode(script.KeyFile), File.GetUnixFileMode(script.PasswordFile)));
        }
    }

    /// <summary>The next key is submitted with a token that the present one gets; the registry makes it wait.</summary>
    [Fact]
    [Trait("Rule", "KR-07")]
    public async Task A_further_key_is_submitted_with_the_partners_own_token()
    {
        await using var view = await PartnersView.StartAsync();
        var script = await EnrolledAsync(view);
        (await script.RunWithAsync(
            new() { ["B2B_KEY_FILE"] = "next.pem", ["B2B_KEY_PASSWORD_FILE"] = "next.pem.password" }, "key")).Succeeded();

        var submitted = (await script.RunAsync("submit", "next.pem")).Succeeded();

        Assert.Equal("pending", (string?)JsonNode.Parse(submitted)!["state"]);
        (await script.RunAsync("orders")).Succeeded();
    }

    [Fact]
    public async Task What_fails_ends_with_1_and_says_what()
    {
        await using var view = await PartnersView.StartAsync();
        var script = await EnrolledAsync(view);
        await File.WriteAllTextAsync(script.FileNamed("wrong"), "wrong\n", TestContext.Current.CancellationToken);

        await AssertFailsAsync(script, [], "enrolment_token_used", "enrol", "enrolment.token");
        await AssertFailsAsync(script, new() { ["B2B_KEY_PASSWORD_FILE"] = "wrong" }, "does not open with the password in wrong", "orders");
        await AssertFailsAsync(script, new() { ["B2B_CLIENT_ID"] = "somebody-else" }, "invalid_client", "orders");
        await AssertFailsAsync(script, new() { ["B2B_SCOPE"] = "partners:manage" }, "invalid_scope", "orders");
        await AssertFailsAsync(script, new() { ["B2B_ISSUER"] = "http://issuer.example" }, "expected an https address", "orders");
        await AssertFailsAsync(
            script,
            new() { ["B2B_ISSUER"] = view.AuthorizationServer.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) },
            "B2B_ISSUER must be the same to the letter",
            "orders");
        await AssertFailsAsync(script, new() { ["B2B_ORDERS"] = "" }, "B2B_ORDERS is not set", "orders");
        await AssertFailsAsync(script, [], "partner.sh enrol TOKEN_FILE", "help");
    }

    private static async Task AssertFailsAsync(ShellScript script, Dictionary<string, string> changes, string sentence, params string[] arguments)
    {
        var run = await script.RunWithAsync(changes, arguments);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(sentence, run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    private static async Task<ShellScript> EnrolledAsync(PartnersView view)
    {
        var script = new ShellScript(view);
        await File.WriteAllTextAsync(script.FileNamed("enrolment.token"), PartnersView.EnrolmentToken, TestContext.Current.CancellationToken);
        (await script.RunAsync("key")).Succeeded();
        (await script.RunAsync("enrol", "enrolment.token")).Succeeded();
        return script;
    }

    private static async Task<string> PublishedModulusAsync(PartnersView view)
    {
        var set = await view.JwksService.Client.GetStringAsync("/.well-known/jwks", TestContext.Current.CancellationToken);
        return Assert.Single(JsonNode.Parse(set)!["keys"]!.AsArray())!["n"]!.ToString();
    }
}
