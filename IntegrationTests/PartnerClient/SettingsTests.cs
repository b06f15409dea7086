using B2BAssertions.PartnerClient;

using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

public class SettingsTests
{
    [Theory]
    [InlineData("ClientId", "")]
    [InlineData("ClientId", "söme")]
    [InlineData("Issuer", "")]
    [InlineData("Issuer", "not an address")]
    [InlineData("JwksService", "")]
    [InlineData("JwksService", "ftp://127.0.0.1")]
    [InlineData("OrdersApi", "")]
    [InlineData("OrdersApi", "https://user@127.0.0.1")]
    [InlineData("Scope", "read  write")]
    [InlineData("Algorithm", "RS256")]
    [InlineData("RsaKeySize", "1024")]
    [InlineData("RsaKeySize", "many")]
    [InlineData("AssertionAudience", "Client")]
    [InlineData("AssertionLifetime", "00:00:09")]
    [InlineData("AssertionLifetime", "00:05:01")]
    [InlineData("AssertionLifetime", "00:01:00.5")]
    [InlineData("PollInterval", "00:00:00")]
    [InlineData("PollInterval", "1.00:00:01")]
    [InlineData("PollInterval", "soon")]
    [InlineData("KeyFile", " ")]
    [InlineData("KeyStore", "pkcs7")]
    [InlineData("Pkcs11", "/usr/lib/pkcs11.so", "Pkcs11:Library")]
    [InlineData("EnrolmentTokenFile", "beside-the-token.txt")]
    public async Task A_bad_setting_is_named(string setting, string value, string? set = null)
    {
        await using var client = new ClientUnderTest();
        client.Settings[$"PartnerClient:{set ?? setting}"] = value;

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(client.StartClientAsync);

        Assert.Contains($"PartnerClient:{setting}", Assert.Single(exception.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Library", "libsofthsm2.so")]
    [InlineData("Library", "")]
    [InlineData("TokenLabel", "")]
    [InlineData("KeyLabel", " ")]
    [InlineData("PinFile", "")]
    [InlineData("MaxSessions", "0")]
    [InlineData("MaxSessions", "65")]
    public async Task A_bad_setting_of_a_token_is_named(string setting, string value)
    {
        await using var client = new ClientUnderTest();
        client.Settings["PartnerClient:KeyStore"] = "pkcs11";
        client.Settings["PartnerClient:Pkcs11:Library"] = "/usr/lib/pkcs11.so";
        client.Settings["PartnerClient:Pkcs11:TokenLabel"] = "some token";
        client.Settings["PartnerClient:Pkcs11:PinFile"] = "pin";
        client.Settings[$"PartnerClient:Pkcs11:{setting}"] = value;

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(client.StartClientAsync);

        Assert.Contains($"PartnerClient:Pkcs11:{setting}", Assert.Single(exception.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_cannot_start_ends_with_exit_code_1()
    {
        await using var client = new ClientUnderTest();
        KeyFileMaker.Write(client.KeyFile, "no key");
        string[] arguments =
        [
            $"--DataDirectory={client.Directory.Path}",
            "--AllowHttp=true",
            "--urls=http://127.0.0.1:0",
            .. client.Settings.Select(setting => $"--{setting.Key}={setting.Value}"),
        ];

        Assert.Equal(1, await Program.Main(arguments));
    }
}
