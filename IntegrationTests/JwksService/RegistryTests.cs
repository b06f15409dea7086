using System.Net;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Tests that each have a registry of their own.</summary>
public abstract class RegistryTests : IAsyncLifetime
{
    internal Registry Registry { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Registry = await Registry.StartAsync();

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
