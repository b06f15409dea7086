using B2BAssertions.IntegrationTests.Hosting.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.Flow;

/// <summary>The whole flow with the real services, the partner's key in a PKCS#11 token.</summary>
public sealed class TokenFlowTests
{
    [Theory]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [Trait("Rule", "PC-03")]
    public async Task The_authorization_server_accepts_assertions_that_a_token_signed(string algorithm)
    {
        var token = SoftHsm.NewToken().WithPin();
        await using var system = await RunningSystem.StartAsync(new Dictionary<string, string>
        {
            ["AuthorizationServer:ClientAssertion:AllowedAlgorithms:0"] = algorithm,
            ["JwksService:Partners:0:AllowedAlgorithms:0"] = algorithm,
            ["PartnerClient:Algorithm"] = algorithm,
            ["PartnerClient:KeyStore"] = "pkcs11",
            ["PartnerClient:Pkcs11:Library"] = token.Settings.Library,
            ["PartnerClient:Pkcs11:TokenLabel"] = token.Label,
            ["PartnerClient:Pkcs11:PinFile"] = token.PinFile,
        });

        var report = await system.FirstReportAsync();

        Assert.Null(report.Failure);
        Assert.Equal(algorithm, report.Assertion!.Header["alg"]!.GetValue<string>());
        Assert.Contains(token.Label, report.Key!.File, StringComparison.Ordinal);
        Assert.NotEmpty(report.Orders!);
        Assert.DoesNotContain(
            system.PartnerClient.Logs.Lines, line => line.Contains(SoftHsmToken.Pin, StringComparison.Ordinal));
    }
}
