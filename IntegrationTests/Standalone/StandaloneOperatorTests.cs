using System.Net.Http.Json;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Duende.IdentityModel;

using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.StandaloneTests;

[Collection(RunningStandalone.OneAtATime)]
public sealed class StandaloneOperatorTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly FreePorts _ports = FreePorts.Find();

    public void Dispose() => _data.Dispose();

    [Fact]
    [Trait("Rule", "KR-07")]
    public async Task The_key_that_Standalone_made_for_the_operator_gets_a_token_for_the_registry()
    {
        await using var standalone = RunningStandalone.Start(_data.Path, _ports);
        await standalone.WaitForOutputAsync("Ctrl-C stops everything");

        var token = new JsonWebToken(await RequestTokenAsync($"http://localhost:{_ports.AuthorizationServer}"));

        Assert.Equal(SystemSettings.OperatorClientId, token.Subject);
        Assert.Equal([$"http://localhost:{_ports.JwksService}"], token.Audiences);
        Assert.Equal(SystemSettings.PartnersManageScope, token.GetPayloadValue<string>("scope"));
    }

    private async Task<string> RequestTokenAsync(string issuer)
    {
        using var key = OpenKey();
        using var http = new HttpClient();
        var metadata = await http.GetFromJsonAsync<JsonObject>(
            WellKnownAddress.OfAuthorizationServer(issuer), TestContext.Current.CancellationToken);
        using var response = await http.PostAsync(
            (string)metadata!["token_endpoint"]!,
            new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["scope"] = SystemSettings.PartnersManageScope,
                ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ["client_assertion"] = key.CreateJwt(
                    JwtClaimTypes.JwtTypes.ClientAuthentication,
                    SystemSettings.OperatorClientId,
                    issuer,
                    TimeSpan.FromSeconds(60),
                    TimeProvider.System),
            }),
            TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (string)(await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["access_token"]!;
    }

    private SigningKey OpenKey()
    {
        var file = Path.Combine(_data.FileNamed("operator"), OperatorKey.FileName);
        return new PrivateKeyFile(file, "test", new PasswordFile(PasswordFile.PathBeside(file), "test")).Open();
    }
}
