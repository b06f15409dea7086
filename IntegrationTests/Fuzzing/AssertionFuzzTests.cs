using B2BAssertions.IntegrationTests.AttackMatrix;
using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.Hosting;

using CsCheck;

using Xunit;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>A right assertion, mutated in any byte and any member. The specimens are sent last: they were good all the time.</summary>
public sealed class AssertionFuzzTests : IAsyncLifetime
{
    private TokenEndpointFixture _fixture = null!;
    private RunningService _server = null!;

    public async ValueTask InitializeAsync()
    {
        _fixture = await TokenEndpointFixture.StartAsync();
        _server = await RunningService.StartAsync(
            AuthorizationServer.Program.Build, new ReservedAddress(), _fixture.DataDirectory, _fixture.Settings(), _fixture.Time, FuzzRun.LogLittle);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    [Trait("Rule", "AS-13")]
    [Trait("Rule", "AS-14")]
    [Trait("Rule", "AS-15")]
    public async Task No_mutant_of_an_assertion_is_accepted_and_none_is_an_error_of_the_server()
    {
        AssertionMaker[] makers = [_fixture.MakerB, _fixture.MakerA, _fixture.MakerC];
        var specimens = makers.Select(maker => new Specimen(maker.Header(), maker.Claims(), maker.SignWithKey)).ToArray();
        var mutants = makers.Zip(specimens, (maker, specimen) => AssertionMutants.Of(specimen, maker, _fixture.Time.GetUtcNow().ToUnixTimeSeconds())).ToArray();

        // Signing with RSA takes ten times as long as everything else.
        await FuzzRun.AllRefusedAsync(
            Gen.Frequency((4, mutants[0]), (1, mutants[1]), (4, mutants[2])),
            _server,
            mutant => new HttpRequestMessage(HttpMethod.Post, "/token") { Content = TokenEndpointFixture.Form(mutant.Text) },
            [400, 401],
            text => text.Contains("access_token", StringComparison.Ordinal));

        Assert.Equal(StoredRows.None, StoredRows.Of(_server));
        foreach (var specimen in specimens)
        {
            Assert.Equal(200, (await TokenEndpointFixture.PostAsync(_server, specimen.Text)).Status);
        }
    }
}
