using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>
/// Our three services with partners that have nothing of ours: each makes its key, enrols it, signs its assertions (PS256) and checks our
/// access token with tools of its own.
/// </summary>
[Trait("Rule", "AT-01")]
[Trait("Rule", "AT-05")]
[Trait("Rule", "KR-04")]
[Trait("Rule", "AS-10")]
public sealed class IndependentClientTests
{
    /// <summary>On Node.js: jose for its keys, openid-client for its tokens.</summary>
    [Fact]
    public Task Openid_client_enrols_its_key_gets_a_token_and_reads_the_orders_and_cannot_repeat_its_assertion()
    {
        NodeScripts.Demand();
        return AssertIsServedOnceAsync(NodeScripts.Node, Path.Combine(NodeScripts.Folder, "partner.mjs"));
    }

    [Fact]
    public Task Joses_command_line_and_curl_do_the_same()
    {
        DebianPrograms.DemandJose();
        return AssertIsServedOnceAsync("bash", DebianPrograms.FileNamed("partner-jose.sh"));
    }

    [Fact]
    public async Task Jwcrypto_does_the_same()
    {
        await DebianPrograms.DemandAsync(DebianPrograms.Jwcrypto, "jwcrypto.jwt");
        await AssertIsServedOnceAsync(DebianPrograms.Python, "-I", DebianPrograms.FileNamed("partner-jwcrypto.py"));
    }

    /// <summary>Authlib 1.2 and later, with its PrivateKeyJWT.</summary>
    [Fact]
    public async Task Authlib_does_the_same()
    {
        await DebianPrograms.DemandAsync(DebianPrograms.Authlib, "authlib.integrations.requests_client");
        await AssertIsServedOnceAsync(DebianPrograms.Python, "-I", DebianPrograms.FileNamed("partner-authlib.py"));
    }

    private static async Task AssertIsServedOnceAsync(string program, params string[] arguments)
    {
        await using var view = await PartnersView.StartAsync();

        var said = await RunAsync(view, program, arguments);

        Assert.Equal(201, (int?)said["enrolled"]);
        var (header, claims) = (said["assertion"]!["header"]!, said["assertion"]!["claims"]!);
        Assert.Equal(("PS256", (string?)said["kid"]), ((string?)header["alg"], (string?)header["kid"]));
        Assert.Equal(view.AuthorizationServer.Address, (string?)claims["aud"]);
        Assert.Equal(SystemSettings.PartnerClientId, (string?)claims["iss"]);

        // The token's signature: the partner's own tool has checked it, and mostly the claims as well.
        var token = said["token"]!;
        Assert.Equal(("ES256", "at+jwt"), ((string?)token["header"]!["alg"], (string?)token["header"]!["typ"]));
        Assert.Equal(view.AuthorizationServer.Address, (string?)token["claims"]!["iss"]);
        Assert.Equal(view.OrdersApi.Address, (string?)token["claims"]!["aud"]);
        Assert.Equal(SystemSettings.PartnerClientId, (string?)token["claims"]!["client_id"]);
        Assert.Equal("private_key_jwt", (string?)token["claims"]!["client_auth_method"]);
        Assert.Equal(SystemSettings.ReadScope, (string?)token["claims"]!["scope"]);

        Assert.Equal(200, (int?)said["orders"]!["status"]);
        Assert.NotEmpty(said["orders"]!["page"]!["orders"]!.AsArray());
        Assert.Equal((401, "invalid_client"), ((int?)said["replayed"]!["status"], (string?)said["replayed"]!["error"]));
        Assert.Contains(view.AuthorizationServer.Logs.Lines, line => line.Contains("assertion_replayed", StringComparison.Ordinal));
    }

    private static async Task<JsonNode> RunAsync(PartnersView view, string program, string[] arguments)
    {
        var run = await Tool.RunAsync(program, view.Folder, arguments, JsonSerializer.Serialize(new
        {
            issuer = view.AuthorizationServer.Address,
            registry = view.JwksService.Address,
            orders = view.OrdersApi.Address,
            clientId = SystemSettings.PartnerClientId,
            enrolmentToken = PartnersView.EnrolmentToken,
        }));
        return JsonNode.Parse(run.Succeeded())!;
    }
}
