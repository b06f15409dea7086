using System.Globalization;

namespace B2BAssertions.Benchmarks.Refusals;

/// <summary>
/// Measures that refusing an attack is cheaper than serving a client: the p99 of each class of refusals below the p99 of the successes. One
/// request at a time, the classes taking turns in a new order each round, so that whatever else the machine does hits all alike.
/// </summary>
internal static class RefusalRun
{
    private const int WarmUpRounds = 200;

    /// <returns>The exit code: 1 when some refusal is slower than a success.</returns>
    public static async Task<int> RunAsync(int count, TextWriter output)
    {
        await using var server = await MeasuredServer.StartAsync();
        var classes = new RequestClasses(server).All();
        await output.WriteLineAsync($"{count} requests of each of {classes.Count} classes, after {WarmUpRounds} of each to warm up.");
        await MeasureAsync(server, classes, WarmUpRounds);
        return await ReportAsync(classes, await MeasureAsync(server, classes, count), output);
    }

    private static async Task<Dictionary<RequestClass, Latencies>> MeasureAsync(MeasuredServer server, IReadOnlyList<RequestClass> classes, int rounds)
    {
        var latencies = classes.ToDictionary(requests => requests, _ => new Latencies());
        for (var round = 0; round < rounds; round++)
        {
            var order = classes.ToArray();
            Random.Shared.Shuffle(order);
            foreach (var requests in order)
            {
                if (requests.Before is not null)
                {
                    await SendAsync(server, requests.Before, 200);
                }

                latencies[requests].Add(await SendAsync(server, requests.Make, requests.Status));
            }
        }

        return latencies;
    }

    private static async Task<TimeSpan> SendAsync(MeasuredServer server, Func<HttpRequestMessage> make, int status)
    {
        using var request = make();

        // Read before, so that encoding the form is not measured.
        await request.Content!.LoadIntoBufferAsync();
        var start = TimeProvider.System.GetTimestamp();
        using var response = await server.Client.SendAsync(request);
        var latency = TimeProvider.System.GetElapsedTime(start);
        return (int)response.StatusCode == status
            ? latency
            : throw new InvalidOperationException(
                $"Expected {status}, found {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    private static async Task<int> ReportAsync(IReadOnlyList<RequestClass> classes, Dictionary<RequestClass, Latencies> latencies, TextWriter output)
    {
        var limit = classes.Where(requests => requests.IsSuccess).Min(requests => latencies[requests].MillisecondsAt(99));
        var slower = 0;
        await output.WriteLineAsync("| class | status | p50 ms | p99 ms | p99 below a success |");
        await output.WriteLineAsync("|---|---|---|---|---|");
        foreach (var requests in classes)
        {
            var p99 = latencies[requests].MillisecondsAt(99);
            var isSlower = !requests.IsSuccess && p99 >= limit;
            slower += isSlower ? 1 : 0;
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {requests.Name} | {requests.Status} | {latencies[requests].MillisecondsAt(50):0.000} | {p99:0.000} | {(requests.IsSuccess ? "-" : isSlower ? "NO" : "yes")} |"));
        }

        await output.WriteLineAsync(slower == 0
            ? "Every class is refused faster than a client is served."
            : $"{slower} classes are refused no faster than a client is served.");
        return slower == 0 ? 0 : 1;
    }
}
