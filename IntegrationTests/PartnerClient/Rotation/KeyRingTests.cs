using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.Rotation;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Rotation;

/// <summary>Starts at which it is not known which key signs: none is guessed.</summary>
public class KeyRingTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"keyName":"partner-key.pem","current":{"name":"partner-key.pem","kid":"k"},"phase":"pending"}""")]
    [InlineData("""{"keyName":"partner-key.pem","current":{"name":"partner-key.pem","kid":"k"},"more":1}""")]
    [InlineData("""{"keyName":"partner-key.pem","current":null}""")]
    public async Task A_state_that_cannot_be_read_stops_the_start_and_says_what_to_do(string text)
    {
        await using var client = new ClientUnderTest();
        await File.WriteAllTextAsync(client.Directory.FileNamed(RotationStateFile.FileName), text, TestContext.Current.CancellationToken);

        var exception = await Assert.ThrowsAsync<StartupException>(client.StartClientAsync);

        Assert.Contains("Restore it from a copy", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>What the start found to be otherwise holds for the rotation too, and is kept.</summary>
    [Theory]
    [Trait("Rule", "PC-06")]
    [InlineData("partner-key.pem")]
    [InlineData("partner-key.2.pem")]
    public async Task A_key_that_was_exchanged_or_lost_is_rotated_from_the_one_that_signs(string named)
    {
        await using var client = new ClientUnderTest();
        var file = client.Directory.FileNamed(RotationStateFile.FileName);
        await File.WriteAllTextAsync(
            file,
            $$""" {"keyName":"partner-key.pem","current":{"name":"{{named}}","kid":"former"} } """,
            TestContext.Current.CancellationToken);
        await client.StartServersAsync();
        await client.StartClientAsync();

        var ring = client.Service.Services.GetRequiredService<KeyRing>();
        await WaitFor.StateAsync("the state names the key that signs", () => File.ReadAllText(file).Contains(ring.Key.Kid, StringComparison.Ordinal) ? "" : null);

        Assert.Equal(("partner-key.pem", ring.Key.Kid), (ring.State.Current.Name, ring.State.Current.Kid));
        Assert.True(client.Service.Services.GetRequiredService<RotationLock>().TryTake());
    }

    [Fact]
    public async Task Two_keys_without_a_state_stop_the_start()
    {
        await using var client = new ClientUnderTest();
        File.Copy(client.KeyFile, client.Directory.FileNamed("partner-key.2.pem"));

        var exception = await Assert.ThrowsAsync<StartupException>(client.StartClientAsync);

        Assert.Contains("partner-key.2.pem", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_of_another_key_than_the_settings_name_stops_the_start()
    {
        await using var client = new ClientUnderTest();
        await File.WriteAllTextAsync(
            client.Directory.FileNamed(RotationStateFile.FileName),
            """{"keyName":"former.pem","current":{"name":"former.pem","kid":"k"}}""",
            TestContext.Current.CancellationToken);

        var exception = await Assert.ThrowsAsync<StartupException>(client.StartClientAsync);

        Assert.Contains("former.pem", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Every", "00:59:59", "Or 0, for never.")]
    [InlineData("Every", "-1.00:00:00", "Or 0, for never.")]
    [InlineData("LookEvery", "00:00:09", "Or 0, for never.")]
    [InlineData("EraseArchivedAfter", "-00:00:01", "expected whole seconds")]
    public async Task A_setting_out_of_its_range_is_named(string setting, string value, string expected)
    {
        await using var client = new ClientUnderTest();
        client.Settings[$"PartnerClient:Rotation:{setting}"] = value;

        var exception = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(client.StartClientAsync);

        Assert.Contains($"PartnerClient:Rotation:{setting} is {value}", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }
}
