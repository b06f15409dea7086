using B2BAssertions.IntegrationTests.Hosting.Tokens;
using B2BAssertions.KeyFiles;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>The client with its key in a token: the flow is everybody's, the private key is nowhere on disk.</summary>
[Trait("Rule", "PC-03")]
public sealed class TokenClientTests : IAsyncLifetime
{
    private readonly ClientUnderTest _client = new(hasKey: false);
    private readonly SoftHsmToken _token = SoftHsm.NewToken().WithPin();

    public ValueTask InitializeAsync()
    {
        _client.Settings["PartnerClient:KeyStore"] = "pkcs11";
        _client.Settings["PartnerClient:Pkcs11:Library"] = _token.Settings.Library;
        _client.Settings["PartnerClient:Pkcs11:TokenLabel"] = _token.Label;
        _client.Settings["PartnerClient:Pkcs11:PinFile"] = _token.PinFile;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Theory]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task The_key_is_made_in_the_token_at_the_first_start_and_found_there_at_the_next(string algorithm)
    {
        _client.Settings["PartnerClient:Algorithm"] = algorithm;

        var first = await _client.RunFirstFlowAsync();
        Assert.Null(first.Failure);
        Assert.True(first.Key!.Created);
        Assert.Equal(algorithm, first.Key.Algorithm);
        Assert.Equal($"token '{_token.Label}', key 'partner-key'", first.Key.File);
        Assert.DoesNotContain(_client.Service.Logs.Lines, line => line.Contains(SoftHsmToken.Pin, StringComparison.Ordinal));

        var second = await _client.RestartAsync();
        Assert.Null(second.Failure);
        Assert.False(second.Key!.Created);
        Assert.Equal(first.Key.Kid, second.Key.Kid);
        Assert.Empty(Directory.GetFiles(_client.Directory.Path, "partner-key*"));
    }

    [Fact]
    public async Task A_token_that_was_pulled_out_and_put_back_goes_on_with_the_next_flow()
    {
        await _client.RunFirstFlowAsync();
        _token.CloseAllSessions();

        var report = await _client.UntilAsync(flow => flow.Number > 1 && _client.Issuer.Assertions.Count > 1);

        Assert.Null(report.Failure);
    }

    [Fact]
    public async Task A_wrong_PIN_ends_the_start_with_a_sentence()
    {
        _token.WritePin("a-wrong-pin");

        var exception = await Assert.ThrowsAsync<StartupException>(_client.StartClientAsync);

        Assert.Contains("PartnerClient:Pkcs11:PinFile", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a-wrong-pin", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_fails_later_is_told_with_what_to_do_and_tried_again()
    {
        await _client.RunFirstFlowAsync();
        _token.WritePin("");
        _token.CloseAllSessions();

        var failed = await _client.UntilAsync(flow => flow.Failure is not null);
        Assert.Equal("key_token_unavailable", failed.Failure!.Code);
        Assert.Contains("PartnerClient:Pkcs11:PinFile", failed.Failure.Message, StringComparison.Ordinal);

        _token.WritePin(SoftHsmToken.Pin);
        Assert.Null((await _client.UntilAsync(flow => flow.Number > failed.Number && flow.Failure is null)).Failure);
    }
}
