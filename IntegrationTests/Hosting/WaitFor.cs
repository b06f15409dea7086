namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>Waits for a state, however long it takes within reason; never for a duration.</summary>
internal static class WaitFor
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <param name="pause">Time between two looks; default 20 ms.</param>
    /// <exception cref="TimeoutException">The state did not come about; the message says which.</exception>
    public static Task<T> StateAsync<T>(string state, Func<T?> probe, TimeSpan? pause = null)
        where T : class =>
        StateAsync(state, () => Task.FromResult(probe()), pause);

    /// <inheritdoc cref="StateAsync{T}(string, Func{T}, TimeSpan?)"/>
    public static async Task<T> StateAsync<T>(string state, Func<Task<T?>> probe, TimeSpan? pause = null)
        where T : class
    {
        using var givingUp = new CancellationTokenSource(GiveUpAfter);
        while (true)
        {
            if (await probe() is { } reached)
            {
                return reached;
            }

            if (givingUp.IsCancellationRequested)
            {
                throw new TimeoutException($"Not reached within {GiveUpAfter.TotalSeconds} s: {state}.");
            }

            await Task.Delay(pause ?? Pause, CancellationToken.None);
        }
    }
}
