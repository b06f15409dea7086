using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

public class LostKeyTests
{
    /// <summary>The registry knows the old one: somebody has to vouch for the new one, and the client says who and how.</summary>
    [Fact]
    [Trait("Rule", "KR-07")]
    public async Task A_key_file_that_is_gone_makes_a_new_key_that_nobody_trusts_without_a_new_enrolment_token()
    {
        await using var client = new ClientUnderTest(hasKey: false);
        var first = await client.RunFirstFlowAsync();
        Assert.Null(first.Failure);
        var asked = client.Issuer.TokenRequests.Count;
        await client.Service.DisposeAsync();
        File.Delete(client.KeyFile);

        await client.StartClientAsync();
        var report = await client.UntilAsync(_ => true);

        Assert.True(report.Key!.Created);
        Assert.NotEqual(first.Key!.Kid, report.Key.Kid);
        Assert.Equal(("enrolment", "enrolment_token_used"), (report.Failure?.Step, report.Failure?.Code));
        Assert.Contains("new enrolment token", report.Failure!.WhatToDo, StringComparison.Ordinal);
        Assert.Equal(asked, client.Issuer.TokenRequests.Count);
    }
}
