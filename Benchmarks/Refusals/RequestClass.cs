namespace B2BAssertions.Benchmarks.Refusals;

/// <summary>Requests of one kind.</summary>
/// <param name="Status">The answer that each of them must get.</param>
/// <param name="Make">Makes one; not part of what is measured.</param>
internal sealed record RequestClass(string Name, int Status, Func<HttpRequestMessage> Make)
{
    /// <summary>Sent before each, not measured: an assertion that is then replayed.</summary>
    public Func<HttpRequestMessage>? Before { get; init; }

    public bool IsSuccess => Status == 200;
}
