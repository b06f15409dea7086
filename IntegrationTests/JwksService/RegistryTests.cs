using System.Net;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Tests that each have a registry of their own; each class runs on both providers.</summary>
/// <param name="provider">Where the registry keeps its data, as the setting <c>Database:Provider</c> names it.</param>
public abstract class RegistryTests(string provider) : IAsyncLifetime
{
    internal Registry Registry { get; private set; } = null!;

    internal Task<Registry> StartAsync(Action<Dictionary<string, string>>? change = null) => Registry.StartAsync(change, provider);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Registry = await StartAsync(Configure);

    /// <summary>What the tests of a class need other settings for.</summary>
    protected virtual void Configure(Dictionary<string, string> settings)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A sound submission with one thing broken is refused.</summary>
    internal Task AssertRefusedAsync(HttpStatusCode status, string code, Action<Submission> breakOneThing, PartnerKeyPair? key = null)
    {
        var submission = Registry.NewSubmission(key);
        breakOneThing(submission);
        return Registry.AssertRefusedAsync(status, code, () => Registry.SubmitAsync(submission));
    }
}
