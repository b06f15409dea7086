using B2BAssertions.AppHost.Operator;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.AppHost;

/// <summary>The dashboard shows an unexpected answer of the command line as a failure.</summary>
public sealed class PartnerOperationsTests
{
    [Theory]
    [InlineData("no JSON #")]
    [InlineData("")]
    public async Task A_list_of_keys_that_cannot_be_read_is_a_failed_command(string output)
    {
        // It writes its arguments, which are no list of keys, and ends well.
        var operations = new PartnerOperations(new OperatorCommandLine(["echo", output], "http://localhost:3000", "no-key.pem"));

        var asked = await operations.RevokeKeyAsync(SystemSettings.PartnerClientId, PartnerOperations.DefaultReason, TestContext.Current.CancellationToken);

        Assert.False(asked.IsSuccess);
        Assert.Contains("cannot be read", asked.Failure);
    }
}
