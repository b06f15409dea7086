using B2BAssertions.IntegrationTests.Hosting;

namespace B2BAssertions.IntegrationTests.ResourceServerTests;

/// <summary>Lets the issuer answer when it is opened.</summary>
internal sealed class IssuerGate : IDisposable
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TestIssuer _issuer;

    public IssuerGate(TestIssuer issuer)
    {
        _issuer = issuer;
        issuer.Gate = _opened.Task;
    }

    public void Open() => _opened.TrySetResult();

    public Task<string> ReachedAsync(int requests) =>
        WaitFor.StateAsync("the issuer is asked", () => _issuer.MetadataRequests >= requests ? "asked" : null);

    public void Dispose() => Open();
}
