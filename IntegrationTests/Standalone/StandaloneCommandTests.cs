using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.JwksServiceTests.Commands;
using B2BAssertions.JwksService.Commands;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.StandaloneTests;

/// <summary>The command line, the authorization server and the registry as they are: nothing between them is played by a test.</summary>
[Collection(RunningStandalone.OneAtATime)]
public sealed class StandaloneCommandTests(OperatedStandalone system) : IClassFixture<OperatedStandalone>
{
    private const string Partner = SystemSettings.PartnerClientId;

    private static readonly string[] KeyMembers = ["Kid", "Thumbprint", "Algorithm", "State", "Created", "Activates", "JWKS"];

    [Fact]
    [Trait("Rule", "KR-09")]
    public async Task An_operator_adds_suspends_and_resumes_a_partner_and_reads_what_was_done()
    {
        var added = await system.ReadBlockAsync(
            "partners", "add", "life", "--name", "Partner of a life", "--contact", "life@example.test", "--algorithm", "ES256");
        Assert.Equal(("life", "Partner of a life", "active"), (added["Client id"], added["Name"], added["State"]));
        Assert.Equal(("ES256", "life@example.test"), (added["Algorithms"], added["Contact"]));
        Assert.Equal($"{system.Registry}/partners/life/.well-known/jwks", added["JWKS"]);

        AssertRefused("partner_duplicate", await system.TypeAsync("partners", "add", "life", "--name", "n", "--contact", "c"));

        var suspended = await system.ReadBlockAsync("partners", "suspend", "life", "--reason", "contract ended");
        Assert.Equal(("suspended", "contract ended"), (suspended["State"], suspended["Suspended because"]));
        AssertRefused("partner_state", await system.TypeAsync("partners", "suspend", "life", "--reason", "again"));
        Assert.Equal("active", (await system.ReadBlockAsync("partners", "resume", "life"))["State"]);
        Assert.Equal(added, await system.ReadBlockAsync("partners", "show", "life"));

        var audit = await system.ReadTableAsync("partners", "audit", "life");
        Assert.Equal(["partnerCreated", "partnerSuspended", "partnerResumed"], audit.Select(record => record["ACTION"]));
        Assert.Equal("contract ended", audit[1]["DETAIL"]);
        Assert.All(audit, record =>
        {
            Assert.Equal((SystemSettings.OperatorClientId, "operator"), (record["ACTOR"], record["AS"]));
            Assert.Matches("^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$", record["AT"]);
            Assert.Matches("^[0-9a-f]{32}$", record["TRACE ID"]);
            Assert.NotEqual("-", record["ADDRESS"]);
        });
        Assert.Equal(3, audit.Select(record => record["TRACE ID"]).Distinct().Count());
    }

    [Fact]
    [Trait("Rule", "KR-07")]
    public async Task A_partner_enrols_with_the_file_that_the_operator_made()
    {
        await AddAsync("enrolled");
        var tokenFile = system.FileNamed("enrolled.token");
        var made = await system.ReadBlockAsync("partners", "enrol", "enrolled", "--lifetime", "2h", "--token-file", tokenFile);
        Assert.Equal(tokenFile, made["Token file"]);
        var open = Assert.Single(await system.ReadTableAsync("partners", "enrolments", "enrolled"));
        Assert.Equal((made["Id"], "open", made["Expires"]), (open["ID"], open["STATE"], open["EXPIRES"]));

        var (file, generated) = await GenerateAsync("enrolled-1");
        var submitted = await SubmitAsync("enrolled", file, "--enrolment-token-file", tokenFile);
        Assert.Equal((generated["Kid"], "ES256", "active"), (submitted["Kid"], submitted["Algorithm"], submitted["State"]));
        Assert.All(KeyMembers, member => Assert.NotEqual("-", submitted[member]));
        var used = Assert.Single(await system.ReadTableAsync("partners", "enrolments", "enrolled"));
        Assert.Equal("used", used["STATE"]);
        Assert.NotEqual("-", used["USED"]);
        var (second, _) = await GenerateAsync("enrolled-2");
        AssertRefused(
            "enrolment_token_used",
            await system.TypeAsync("keys", "submit", "enrolled", "--private-key", second, "--enrolment-token-file", tokenFile));

        var withdrawn = await system.TypeWellAsync("partners", "enrol", "enrolled", "--json");
        var id = (string)JsonNode.Parse(withdrawn.Output)!["id"]!;
        Assert.Equal("revoked", (await system.ReadBlockAsync("partners", "revoke-enrolment", "enrolled", id))["State"]);
        AssertRefused("enrolment_not_open", await system.TypeAsync("partners", "revoke-enrolment", "enrolled", id));
        Assert.Contains(
            await system.ReadTableAsync("partners", "audit", "enrolled"),
            record => (record["AS"], record["ACTION"], record["KID"]) == ("enrolmentToken", "keySubmitted", generated["Kid"]));
    }

    [Fact]
    [Trait("Rule", "KR-06")]
    public async Task An_operator_retires_one_key_and_revokes_another()
    {
        await AddAsync("rotating");
        var first = await RegisterAsync("rotating", "rotating-1");
        var second = await RegisterAsync("rotating", "rotating-2");

        Assert.Equal(
            [(first, "active"), (second, "active")],
            (await system.ReadTableAsync("keys", "list", "rotating")).Select(key => (key["KID"], key["STATE"])));
        AssertRefused("key_state", await system.TypeAsync("keys", "activate", "rotating", second));
        var retiring = await system.ReadBlockAsync("keys", "retire", "rotating", first, "--overlap", "30m");
        Assert.Equal("retiring", retiring["State"]);
        Assert.NotEqual("-", retiring["Retires"]);
        var revoked = await system.ReadBlockAsync("keys", "revoke", "rotating", second, "--reason", "laptop stolen");
        Assert.Equal(("revoked", "laptop stolen"), (revoked["State"], revoked["Reason"]));
        Assert.NotEqual("-", revoked["Revoked"]);
        Assert.Equal(revoked, await system.ReadBlockAsync("keys", "show", "rotating", second));
        Assert.Equal(revoked, await system.ReadBlockAsync("keys", "show", "rotating", revoked["Thumbprint"]));
        AssertRefused("registry_key_unknown", await system.TypeAsync("keys", "show", "rotating", "no-such-key"));
    }

    [Fact]
    public async Task A_list_of_more_than_a_page_is_whole()
    {
        var names = Enumerable.Range(0, 101).Select(number => $"page-{number:000}").ToList();
        using var http = new HttpExchange();
        var registry = await ConnectAsync(http);
        foreach (var name in names)
        {
            var partner = new JsonObject { ["clientId"] = name, ["name"] = name, ["contact"] = "c" };
            await registry.PostAsync("/partners", partner, TestContext.Current.CancellationToken);
        }

        var listed = await system.ReadTableAsync("partners", "list");

        Assert.Equal(names, listed.Select(partner => partner["CLIENT ID"]).Where(name => name.StartsWith("page-", StringComparison.Ordinal)));
        Assert.Contains(listed, partner => partner["CLIENT ID"] == Partner);
        Assert.All(listed, partner => Assert.DoesNotContain("-", partner.Values));
    }

    [Fact]
    [Trait("Rule", "KR-07")]
    [Trait("Rule", "KR-08")]
    public async Task A_partner_reaches_its_own_keys_and_cannot_take_away_the_last_one()
    {
        await AddAsync("foreign");
        var only = await ReadOwnActiveKidAsync();

        AssertRefused("partner_foreign", await system.TypeAsPartnerAsync("keys", "list", "foreign"));
        AssertRefused("scope_missing", await system.TypeAsPartnerAsync("partners", "list"));
        AssertRefused("scope_missing", await system.TypeAsPartnerAsync("partners", "suspend", "foreign", "--reason", "r"));
        AssertRefused("token_refused", await system.TypeAsPartnerAsync("partners", "list", "--scope", SystemSettings.PartnersManageScope));
        AssertRefused("key_last_usable", await system.TypeAsPartnerAsync("keys", "retire", Partner, only));
        AssertRefused("key_last_usable", await system.TypeAsPartnerAsync("keys", "revoke", Partner, only, "--reason", "r"));
        Assert.Equal(only, await ReadOwnActiveKidAsync());
    }

    [Fact]
    [Trait("Rule", "KR-06")]
    public async Task A_later_key_that_a_partner_submits_itself_is_pending_until_somebody_activates_it()
    {
        var (file, generated) = await GenerateAsync("later");

        var submitted = await system.TypeAsPartnerAsync("keys", "submit", Partner, "--private-key", file, "--json");

        Assert.True(submitted.ExitCode == 0, submitted.Error);
        Assert.Equal("pending", (string?)JsonNode.Parse(submitted.Output)!["state"]);
        var activated = await system.ReadBlockAsync("keys", "activate", Partner, generated["Kid"]);
        Assert.Equal((generated["Kid"], "active"), (activated["Kid"], activated["State"]));

        // As before, for the other tests of this system.
        await system.TypeWellAsync("keys", "revoke", Partner, generated["Kid"], "--reason", "end of the test");
        Assert.NotEqual(generated["Kid"], await ReadOwnActiveKidAsync());
        Assert.Equal(
            [("partner", "keySubmitted"), ("operator", "keyActivated"), ("operator", "keyRevoked")],
            (await system.ReadTableAsync("partners", "audit", Partner))
                .Where(record => record["KID"] == generated["Kid"])
                .Select(record => (record["AS"], record["ACTION"])));
    }

    /// <summary>With the code alone: neither a stack trace nor a result.</summary>
    private static void AssertRefused(string code, Typed typed)
    {
        Assert.Equal(1, typed.ExitCode);
        Assert.Empty(typed.Output);
        Assert.Matches($"^Warning: --allow-http: .*\n{code}: .+\nTrace id: [0-9a-f]{{32}}\n$", typed.Error.ReplaceLineEndings("\n"));
    }

    /// <summary>The one active key that the partner finds among its own.</summary>
    private async Task<string> ReadOwnActiveKidAsync()
    {
        var listed = await system.TypeAsPartnerAsync("keys", "list", Partner, "--json");
        Assert.True(listed.ExitCode == 0, listed.Error);
        return (string)Assert.Single(JsonNode.Parse(listed.Output)!["keys"]!.AsArray(), key => (string?)key!["state"] == "active")!["kid"]!;
    }

    private Task<Typed> AddAsync(string clientId) =>
        system.TypeWellAsync("partners", "add", clientId, "--name", clientId, "--contact", $"{clientId}@example.test");

    private async Task<(string File, Dictionary<string, string> Shown)> GenerateAsync(string name)
    {
        var file = system.FileNamed($"{name}.pem");
        return (file, await system.ReadBlockAsync("keys", "generate", file, "--algorithm", "ES256"));
    }

    private Task<Dictionary<string, string>> SubmitAsync(string clientId, string file, params string[] more) =>
        system.ReadBlockAsync(["keys", "submit", clientId, "--private-key", file, .. more]);

    /// <returns>The kid of a new key, submitted with a new enrolment token.</returns>
    private async Task<string> RegisterAsync(string clientId, string name)
    {
        var tokenFile = system.FileNamed($"{name}.token");
        await system.TypeWellAsync("partners", "enrol", clientId, "--token-file", tokenFile);
        var (file, _) = await GenerateAsync(name);
        return (await SubmitAsync(clientId, file, "--enrolment-token-file", tokenFile))["Kid"];
    }

    /// <summary>One token for many requests, which a command line would each get its own for.</summary>
    private async Task<RegistryClient> ConnectAsync(HttpExchange http)
    {
        var file = Path.Combine(system.FileNamed(OperatorKey.FolderName), OperatorKey.FileName);
        using var key = new PrivateKeyFile(file, "test", new PasswordFile(PasswordFile.PathBeside(file), "test")).Open();
        var token = await new AccessTokenRequest(http, new Transport(AllowHttp: true), TimeProvider.System).SendAsync(
            system.Registry,
            SystemSettings.OperatorClientId,
            SystemSettings.PartnersManageScope,
            key,
            TestContext.Current.CancellationToken);
        return new RegistryClient(http, system.Registry, token);
    }
}
