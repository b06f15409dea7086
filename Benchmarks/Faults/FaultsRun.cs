using System.Diagnostics;
using System.Globalization;

using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.Benchmarks.Faults;

/// <summary>
/// Orders of one partner while a fault comes and goes: what it saw, how long nothing worked, and whether anything was lost, done twice or
/// accepted that was used before. Two replicas of each service.
/// </summary>
/// <param name="seconds">How long each fault lasts.</param>
internal sealed class FaultsRun(int seconds, TextWriter output)
{
    /// <summary>The whole run, in case a service hangs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Undisturbed = TimeSpan.FromSeconds(3);

    /// <summary>More than a server's notes in the database lie apart (docs/operations/backup.md).</summary>
    private static readonly TimeSpan AgeOfBackup = TimeSpan.FromSeconds(35);

    private static readonly string[] First = [.. ReplicatedSystem.Services.Select(service => ReplicatedSystem.NameOf(service, 0))];
    private static readonly string[] All = [.. First, .. ReplicatedSystem.Services.Select(service => ReplicatedSystem.NameOf(service, 1))];

    /// <returns>The exit code: 1 when an order was lost or placed twice, or a used assertion was accepted.</returns>
    public async Task<int> RunAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var system = await ReplicatedSystem.StartAsync();
        await output.WriteLineAsync($"{system.Databases.Name}, two replicas of each service, each fault for {seconds} s.");
        await output.WriteLineAsync("| fault | what the partner saw before it sent again | longest time without an order s | first order after the fault s |");
        await output.WriteLineAsync("|---|---|---|---|");
        using var partner = new PartnerOrders(system);
        using var stopping = new CancellationTokenSource();
        var sending = partner.RunAsync(stopping.Token);

        await FaultAsync("none", () => Task.CompletedTask, () => Task.CompletedTask);
        await FaultAsync("one replica of each service killed (-9), started again afterwards", () => system.KillAsync(First), () => system.StartAsync(First));
        await FaultAsync("every process killed (-9), started again afterwards", () => system.KillAsync(All), () => system.StartAsync(All));
        if (system.Databases.Way is { } way)
        {
            await FaultAsync("PostgreSQL away", way.CloseAsync, () => Done(way.Open));
            await FaultAsync(
                $"PostgreSQL {Delay.TotalMilliseconds:0} ms away in each direction", () => Done(() => way.Delay = Delay), () => Done(() => way.Delay = TimeSpan.Zero));
            IAsyncDisposable? taken = null;
            await FaultAsync(
                "somebody else holds every connection that PostgreSQL has left",
                async () => taken = await system.Databases.TakeConnectionsAsync(),
                () => taken!.DisposeAsync().AsTask());
        }
        else
        {
            foreach (var service in new[] { ServiceNames.AuthorizationServer, ServiceNames.OrdersApi })
            {
                IAsyncDisposable? held = null;
                await FaultAsync(
                    $"another program locks the file of {service}",
                    async () => held = await system.Databases.LockAsync(service),
                    () => held!.DisposeAsync().AsTask());
            }

            if (system.Databases.SmallDisk is { } disk)
            {
                await FaultAsync("the disk of all databases is full", disk.FillAsync, () => Done(disk.Free));
            }
            else
            {
                await output.WriteLineAsync("| a full disk: not tried, TMPDIR names none of 1 GiB at most | | | |");
            }
        }

        var backup = await system.Databases.BackUpAsync(ServiceNames.AuthorizationServer);
        await Task.Delay(AgeOfBackup, limit.Token);
        string[] servers = [ReplicatedSystem.NameOf(ServiceNames.AuthorizationServer, 0), ReplicatedSystem.NameOf(ServiceNames.AuthorizationServer, 1)];
        await FaultAsync(
            $"the authorization server killed, and started again with a backup that is {AgeOfBackup.TotalSeconds:0} s old",
            () => system.KillAsync(servers),
            async () =>
            {
                await system.Databases.RestoreAsync(ServiceNames.AuthorizationServer, backup);
                await system.StartAsync(servers);
                await partner.ReplayAllAsync();
            });

        await stopping.CancelAsync();
        await sending;
        await partner.ReplayAllAsync();
        var (lost, twice) = await partner.CompareAsync();
        await output.WriteLineAsync(
            $"{partner.Placed} orders: {lost} lost, {twice} placed twice. Every assertion was sent again to both replicas: {partner.ReplaysAccepted} accepted.");
        return lost + twice + partner.ReplaysAccepted == 0 ? 0 : 1;

        async Task FaultAsync(string name, Func<Task> begin, Func<Task> end)
        {
            await Task.Delay(Undisturbed, limit.Token);
            var begun = Stopwatch.GetTimestamp();
            await begin();
            await Task.Delay(TimeSpan.FromSeconds(seconds), limit.Token);
            var ended = Stopwatch.GetTimestamp();
            await end();
            var recovered = await partner.RecoveredSinceAsync(ended, limit.Token);
            await Task.Delay(Undisturbed, limit.Token);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {partner.ErrorsSince(begun)} | {partner.LongestGapSince(begun).TotalSeconds:0.0} | {recovered.TotalSeconds:0.0} |"));
        }

        static Task Done(Action action)
        {
            action();
            return Task.CompletedTask;
        }
    }
}
