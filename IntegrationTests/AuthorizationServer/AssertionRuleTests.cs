using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>What every test of an assertion rule does: a refused assertion gets no token, always invalid_client, and the log names the code.</summary>
public abstract class AssertionRuleTests : IAsyncLifetime
{
    private protected TokenEndpointFixture Fixture { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Fixture = await TokenEndpointFixture.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task RefusesAsync(string assertion, string code)
    {
        var before = Warnings();
        AssertRefused(await Fixture.SendAsync(assertion), code);
        Assert.Equal(before + 1, Warnings());
    }

    /// <summary>One refusal is one line, of us or of a framework.</summary>
    private int Warnings() => Fixture.Server.Logs.Lines.Count(line =>
        line.StartsWith("Warning", StringComparison.Ordinal) && !line.Contains("ClientJwks", StringComparison.Ordinal));

    private protected void AssertRefused(TokenAnswer answer, string code)
    {
        Assert.True(answer.Status < 500, string.Join("\n", Fixture.Server.Logs.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal))));
        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
        Assert.Null(answer.AccessToken);
        Assert.True(answer.NoStore);
        Assert.DoesNotContain(code, answer.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains($"refused: {code}.", Fixture.Server.Logs.Lines.Last(line => line.Contains("refused:", StringComparison.Ordinal)), StringComparison.Ordinal);
    }
}
