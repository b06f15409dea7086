using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>Our three services with a partner that has nothing of ours: jose for its keys, openid-client for its tokens.</summary>
public sealed class IndependentClientTests
{
    public IndependentClientTests() => NodeScripts.Demand();

    [Fact]
    [Trait("Rule", "AT-01")]
    [Trait("Rule", "AT-05")]
    [Trait("Rule", "KR-04")]
    [Trait("Rule", "AS-10")]
    public async Task Openid_client_enrols_its_key_gets_a_token_and_reads_the_orders_and_cannot_repeat_its_assertion()
    {
        await using var view = await PartnersView.StartAsync();

        var said = await RunAsync(view, PartnersView.EnrolmentToken);

        Assert.Equal(201, (int?)said["enrolled"]);
        var (header, claims) = (said["assertion"]!["header"]!, said["assertion"]!["claims"]!);
        Assert.Equal(("PS256", (string?)said["kid"]), ((string?)header["alg"], (string?)header["kid"]));
        Assert.Equal(view.AuthorizationServer.Address, (string?)claims["aud"]);
        Assert.Equal(SystemSettings.PartnerClientId, (string?)claims["iss"]);

        // The token's signature, issuer, audience, type and times: jose has checked them.
        var token = said["token"]!;
        Assert.Equal("ES256", (string?)token["header"]!["alg"]);
        Assert.Equal(SystemSettings.PartnerClientId, (string?)token["claims"]!["client_id"]);
        Assert.Equal("private_key_jwt", (string?)token["claims"]!["client_auth_method"]);
        Assert.Equal(SystemSettings.ReadScope, (string?)token["claims"]!["scope"]);

        Assert.Equal(200, (int?)said["orders"]!["status"]);
        Assert.NotEmpty(said["orders"]!["ids"]!.AsArray());
        Assert.Equal((401, "invalid_client"), ((int?)said["replayed"]!["status"], (string?)said["replayed"]!["error"]));
        Assert.Contains(view.AuthorizationServer.Logs.Lines, line => line.Contains("assertion_replayed", StringComparison.Ordinal));
    }

    private static async Task<JsonNode> RunAsync(PartnersView view, string enrolmentToken)
    {
        var run = await Tool.RunAsync(NodeScripts.Node, NodeScripts.Folder, ["partner.mjs"], JsonSerializer.Serialize(new
        {
            issuer = view.AuthorizationServer.Address,
            registry = view.JwksService.Address,
            orders = view.OrdersApi.Address,
            clientId = SystemSettings.PartnerClientId,
            enrolmentToken,
        }));
        return JsonNode.Parse(run.Succeeded())!;
    }
}
