using System.Text.Json.Nodes;

using B2BAssertions.ServiceDefaults;

using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>The very script of docs/examples, with openssl and curl alone, against the real services.</summary>
public sealed class ShellScriptTests
{
    private const string Order =
        """{"currency":"EUR","lines":[{"sku":"PMP-200","description":"Circulation pump 200 W","quantity":2,"unitPrice":184.50}]}""";

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
        (await script.RunWithAsync(new() { ["B2B_KEY_FILE"] = "next.pem" }, "key")).Succeeded();

        var submitted = (await script.RunAsync("submit", "next.pem")).Succeeded();

        Assert.Equal("pending", (string?)JsonNode.Parse(submitted)!["state"]);
        (await script.RunAsync("orders")).Succeeded();
    }

    /// <summary>As docs/partners.md has it, word for word: a rotation to its end, and a revocation.</summary>
    [Fact]
    [Trait("Rule", "KR-07")]
    public async Task A_rotation_goes_to_its_end_and_a_key_is_revoked()
    {
        await using var view = await PartnersView.StartAsync(activationDelay: "00:00:00");
        var script = await EnrolledAsync(view);
        var former = await OnlyKidAsync(script);
        (await script.RunAsync("key", "next.pem")).Succeeded();
        var submitted = JsonNode.Parse((await script.RunAsync("submit", "next.pem")).Succeeded())!;
        Dictionary<string, string> next = new() { ["B2B_KEY_FILE"] = "next.pem" };

        var retired = JsonNode.Parse((await script.RunWithAsync(next, "retire", former)).Succeeded())!;
        var revoked = JsonNode.Parse((await script.RunWithAsync(next, "revoke", former, "A \"laptop\" was stolen")).Succeeded())!;
        var listed = JsonNode.Parse((await script.RunWithAsync(next, "keys")).Succeeded())!["keys"]!.AsArray();

        Assert.Equal("retiring", (string?)retired["state"]);
        Assert.Equal("revoked", (string?)revoked["state"]);
        Assert.Equal(
            new HashSet<(string?, string?)> { (former, "revoked"), ((string?)submitted["kid"], "active") },
            listed.Select(key => ((string?)key!["kid"], (string?)key["state"])).ToHashSet());
        Assert.DoesNotContain("stolen", script.Arguments, StringComparison.Ordinal);
    }

    /// <summary>Without a scope in the settings; the addresses with a slash at their end.</summary>
    [Fact]
    public async Task An_order_is_placed_once_and_cancelled()
    {
        await using var view = await PartnersView.StartAsync();
        var script = await EnrolledAsync(view);
        await File.WriteAllTextAsync(script.FileNamed("order.json"), Order, TestContext.Current.CancellationToken);
        Dictionary<string, string> slashes = new()
        {
            ["B2B_ORDERS"] = $"{view.OrdersApi.Address}/",
            ["B2B_REGISTRY"] = $"{view.JwksService.Address}/",
        };

        var placed = JsonNode.Parse((await script.RunWithAsync(slashes, "place", "order.json")).Succeeded())!;
        var again = JsonNode.Parse((await script.RunWithAsync(slashes, "place", "order.json")).Succeeded())!;
        var cancelled = JsonNode.Parse((await script.RunWithAsync(slashes, "cancel", (string)placed["id"]!)).Succeeded())!;
        var keys = (await script.RunWithAsync(slashes, "keys")).Succeeded();

        Assert.Equal((string?)placed["id"], (string?)again["id"]);
        Assert.Equal("cancelled", (string?)cancelled["status"]);
        Assert.Contains("\"active\"", keys, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", script.Arguments, StringComparison.Ordinal);
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

    private static async Task<string> OnlyKidAsync(ShellScript script)
    {
        var keys = JsonNode.Parse((await script.RunAsync("keys")).Succeeded())!["keys"]!.AsArray();
        return (string)Assert.Single(keys)!["kid"]!;
    }

    private static async Task<string> PublishedModulusAsync(PartnersView view)
    {
        var set = await view.JwksService.Client.GetStringAsync("/.well-known/jwks", TestContext.Current.CancellationToken);
        return Assert.Single(JsonNode.Parse(set)!["keys"]!.AsArray())!["n"]!.ToString();
    }
}
