using System.Globalization;

using B2BAssertions.PartnerClient.Rotation;

namespace B2BAssertions.Benchmarks.Rotations;

/// <summary>
/// Shows that a rotation is without downtime (PC-06): rotations one after the other while tokens and orders are asked for at steady rates.
/// One failed request, or one retired key that is still published, and the run has failed.
/// </summary>
internal sealed class RotationsRun(int rotations, TextWriter output)
{
    private const int TokensPerSecond = 50;
    private const int OrdersPerSecond = 200;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>For one rotation; it takes 40 seconds when nothing else is at work.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <returns>The exit code: 0 when nothing failed.</returns>
    public async Task<int> RunAsync()
    {
        using var flows = new FlowCount();
        await using var system = await RotatingSystem.StartAsync();
        var environment = system.Plan.Client.Environment;
        using var partner = new PartnerLoad(
            system.Ring, environment["PartnerClient__ClientId"], environment["PartnerClient__Issuer"], environment["PartnerClient__OrdersApi"]);
        var jwksUri = $"{environment["PartnerClient__JwksService"]}/partners/{environment["PartnerClient__ClientId"]}/.well-known/jwks";
        using var limit = new CancellationTokenSource(Limit * (rotations + 1));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, system.OneDied, system.Stopping);

        await UntilAsync(() => Task.FromResult(flows.Succeeded > 0), end.Token);
        await partner.PrepareAsync(end.Token);
        Load[] loads =
        [
            new("tokens", TokensPerSecond, partner.RequestTokenAsync),
            new("orders", OrdersPerSecond, partner.ReadOrdersAsync),
        ];
        await output.WriteLineAsync(
            $"{rotations} rotations; {TokensPerSecond} tokens and {OrdersPerSecond} orders per second. Max-age 30 s, activation after 30 s, overlap 15 s.");
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(loads.Select(load => Task.Run(() => load.RunAsync(stop.Token))));
        var retired = new List<string>();
        IReadOnlyList<string> published = [];
        try
        {
            await RotateAsync(system, loads, retired, end.Token);
            await UntilAsync(
                async () => !(published = await partner.ReadPublishedAsync(jwksUri, end.Token)).Intersect(retired).Any(), end.Token);
        }
        catch (OperationCanceledException)
        {
            var waited = system.Status is { } status ? $"{status.Failure?.Code} {status.WaitsFor}" : "";
            await output.WriteLineAsync($"The run did not end in time, was stopped, or a service ended: {system.Ring.State.Phase} {waited}");
        }

        await stop.CancelAsync();
        await running;
        return await ReportAsync(loads, flows, retired, published, system.Ring.Key.Kid);
    }

    private async Task RotateAsync(RotatingSystem system, Load[] loads, List<string> retired, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("| rotation | from | to | seconds | tokens | orders | failed |");
        await output.WriteLineAsync("|---|---|---|---|---|---|---|");
        for (var number = 1; number <= rotations; number++)
        {
            var former = system.Ring.Key.Kid;
            var before = loads.Select(load => load.Succeeded).ToArray();
            var start = TimeProvider.System.GetTimestamp();
            system.Request.Create();
            await UntilAsync(
                () => Task.FromResult(system.Ring.Key.Kid != former && system.Ring.State.Phase is RotationPhase.None), cancellationToken);
            retired.Add(former);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {number} | {former[..8]} | {system.Ring.Key.Kid[..8]} | {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} | "
                + $"{loads[0].Succeeded - before[0]} | {loads[1].Succeeded - before[1]} | {loads.Sum(load => load.Failed)} |"));
        }
    }

    private async Task<int> ReportAsync(
        Load[] loads, FlowCount flows, List<string> retired, IReadOnlyList<string> published, string signing)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync("| requests | sent | per second | failed | p50 ms | p99 ms |");
        await output.WriteLineAsync("|---|---|---|---|---|---|");
        foreach (var load in loads)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {load.Name} | {load.Sent} | {load.RateReached:0.0} | {load.Failed} | {load.Latencies.MillisecondsAt(50):0.0} | "
                + $"{load.Latencies.MillisecondsAt(99):0.0} |"));
        }

        await output.WriteLineAsync($"| flows of the client | {flows.Succeeded + flows.Failed} | | {flows.Failed} | | |");
        foreach (var (code, count) in loads.SelectMany(load => load.Failures.Select(failure => ($"{load.Name}: {failure.Key}", failure.Value))))
        {
            await output.WriteLineAsync($"FAILED {count} x {code}");
        }

        var left = published.Intersect(retired).ToList();
        await output.WriteLineAsync(
            $"Retired keys: {retired.Count}, still published: {left.Count}. Published: {string.Join(", ", published.Select(kid => kid[..8]))}.");
        var isProven = retired.Count == rotations
            && left.Count == 0
            && published.SequenceEqual([signing])
            && flows.Failed == 0
            && loads.All(load => load.Failed == 0 && load.Succeeded == load.Sent && load.Sent > 0);
        await output.WriteLineAsync(isProven ? "No request failed, and no retired key is published." : "NOT PROVEN: see above.");
        return isProven ? 0 : 1;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look);
        while (!await condition())
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
