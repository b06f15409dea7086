using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect.Configuration;

using Xunit;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>Issue 14, row 14: the authorization server's metadata, read by clients that are not ours, at RFC 8414's address and at OpenID's.</summary>
[Trait("Rule", "AT-05")]
public sealed class MetadataReaderTests
{
    [Theory]
    [InlineData("oauth-authorization-server")]
    [InlineData("openid-configuration")]
    public async Task Dotnets_own_reader_takes_both_documents_and_reads_the_keys(string document)
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        var manager = new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{fixture.Issuer}/.well-known/{document}",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(fixture.Server.Client) { RequireHttps = false },
            new OpenIdConnectConfigurationValidator());

        var read = await manager.GetConfigurationAsync(TestContext.Current.CancellationToken);

        Assert.Equal((fixture.Issuer, $"{fixture.Issuer}/token"), (read.Issuer, read.TokenEndpoint));
        Assert.Single(read.SigningKeys);
        Assert.Equal(["client_credentials"], read.GrantTypesSupported);
        Assert.Empty(read.ResponseTypesSupported);
        Assert.Null(read.AuthorizationEndpoint);
    }

    [Fact]
    public async Task Openid_client_and_oauth4webapi_take_both_documents()
    {
        NodeScripts.Demand();
        await using var fixture = await TokenEndpointFixture.StartAsync();
        var run = await Tool.RunAsync(
            NodeScripts.Node, NodeScripts.Folder, ["metadata.mjs"], JsonSerializer.Serialize(new { issuer = fixture.Issuer }));
        var read = JsonNode.Parse(run.Succeeded())!;

        foreach (var algorithm in new[] { "oauth2", "oidc" })
        {
            foreach (var reader in new[] { "openidClient", "oauth4webapi" })
            {
                var metadata = read[algorithm]![reader]!;
                Assert.Equal((fixture.Issuer, $"{fixture.Issuer}/token"), ((string?)metadata["issuer"], (string?)metadata["token_endpoint"]));
                Assert.Empty(metadata["response_types_supported"]!.AsArray());
                Assert.Null(metadata["authorization_endpoint"]);
            }
        }
    }
}
