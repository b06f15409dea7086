using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("JwksService:PublicAddress", "")]
    [InlineData("JwksService:PublicAddress", "keys.example.test")]
    [InlineData("JwksService:PublicAddress", "https://keys.example.test/")]
    [InlineData("JwksService:Issuer", "")]
    [InlineData("JwksService:KeyActivationDelay", "1.00:00:01")]
    [InlineData("JwksService:RetirementOverlap", "30.00:00:01")]
    [InlineData("JwksService:SubmissionsPerMinuteAndAddress", "0")]
    [InlineData("JwksService:SubmissionsPerMinuteAndPartner", "10001")]
    [InlineData("JwksService:KeysPerDayAndPartner", "0")]
    [InlineData("JwksService:KeysPerDayAndPartner", "10001")]
    [InlineData("JwksService:FailuresPerMinuteAndAddress", "1000001")]
    [InlineData("JwksService:UnknownClientsPerMinuteAndAddress", "-1")]
    [InlineData("JwksService:DefaultPartner", "no/such")]
    [InlineData("JwksService:JwksMaxAge", "00:00:29")]
    [InlineData("JwksService:JwksMaxAge", "1.00:00:01")]
    [InlineData("JwksService:EnrolmentTokenLifetime", "00:00:01")]
    [InlineData("JwksService:Partners:0:ClientId", "")]
    [InlineData("JwksService:Partners:0:ClientId", "..")]
    [InlineData("JwksService:Partners:0:ClientId", "a b")]
    [InlineData("JwksService:Partners:0:Name", "")]
    [InlineData("JwksService:Partners:0:Name", " ")]
    [InlineData("JwksService:Partners:0:Name", "Partner\nA")]
    [InlineData("JwksService:Partners:0:Contact", " ")]
    [InlineData("JwksService:Partners:0:Contact", "security@\u001b[2Jpartner-a.example")]
    [InlineData("JwksService:Partners:0:AllowedAlgorithms:0", "RS256")]
    [InlineData("JwksService:Partners:0:EnrolmentToken", "secret-that-is-too-short-123456")]
    [InlineData("JwksService:Partners:0:EnrolmentToken", "looks.like.an.access.token-0123456789-0123456789")]
    public async Task A_setting_at_fault_is_named(string name, string value)
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(name, value));
        Assert.Contains(name, Assert.Single(fault.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-that-is-too-short", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name")]
    [InlineData("Contact")]
    public async Task A_text_that_is_too_long_is_named(string member)
    {
        var name = $"JwksService:Partners:0:{member}";
        await using (await StartAsync(name, new string('n', 200)))
        {
        }

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(name, new string('n', 201)));
        Assert.Contains(name, Assert.Single(fault.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JwksService:Partners:1:ClientId", Registry.Partner, "ClientId")]
    [InlineData("JwksService:Partners:1:EnrolmentToken", Registry.Token, "EnrolmentToken")]
    public async Task Two_partners_cannot_be_configured_as_one(string name, string value, string member)
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(name, value));
        Assert.Contains($"one {member} twice", Assert.Single(fault.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain(Registry.Token, fault.Message, StringComparison.Ordinal);
    }

    private static Task<Registry> StartAsync(string name, string value) => Registry.StartAsync(settings => settings[name] = value);
}
