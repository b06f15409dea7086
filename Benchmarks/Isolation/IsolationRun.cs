using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

using B2BAssertions.Benchmarks.Rotations;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.Benchmarks.Isolation;

/// <summary>
/// What one partner or one stranger can do to the others: their requests and the health of the service, measured before and under load.
/// </summary>
/// <param name="seconds">Length of each measurement.</param>
internal sealed class IsolationRun(int seconds, TextWriter output)
{
    private const int ConcurrentPosts = 600;

    /// <summary>Less than <c>OrdersApi:WritesPerMinuteAndPartner</c> lets through at once.</summary>
    private const int OrdersBefore = 1000;

    private const int StrangersPerSecond = 1000;
    private const int NeighboursPerSecond = 50;
    private const int HealthPerSecond = 20;

    /// <summary>The neighbour's p99 under load against its p99 before.</summary>
    private const double MostSlower = 2;

    private const double MostHealthMilliseconds = 100;

    /// <summary>A line in 10 seconds for each check and sender, and what the limits tell.</summary>
    private const int MostLines = 20;

    private const double MostRevocationMilliseconds = 1000;

    /// <summary>What a reader of an outdated set may keep it for; the default max-age is 300.</summary>
    private const int MostOutdatedMaxAge = 5;

    /// <summary>The whole run, in case a service hangs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Not measured: the load opens its connections, all at once.</summary>
    private static readonly TimeSpan RampUp = TimeSpan.FromSeconds(3);

    private readonly List<string> _missed = [];

    /// <returns>The exit code: 1 when a goal was missed.</returns>
    public async Task<int> RunAsync()
    {
        await using var system = await IsolatedSystem.StartAsync();
        using var limit = new CancellationTokenSource(Limit);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, system.OneDied);
        await output.WriteLineAsync(
            $"{IsolatedSystem.Database}, {seconds} s each; neighbour {NeighboursPerSecond}, /health {HealthPerSecond} requests a second.");
        await output.WriteLineAsync("| load | neighbour p50 ms | p99 ms | before | /health p99 ms | slowest | before | failed | sent |");
        await output.WriteLineAsync("|---|---|---|---|---|---|---|---|---|");
        try
        {
            await WarmUpAsync(system).WaitAsync(end.Token);
            await OnePartnersPostsAsync(system).WaitAsync(end.Token);
            await BadTokensAsync(system, ServiceNames.OrdersApi, $"{system.OrdersApi}/orders", ReadOrders(system, await system.TokenAsync(system.Neighbour)))
                .WaitAsync(end.Token);
            var operatorToken = await system.TokenAsync(system.Operator);
            await system.AddKeyAsync(operatorToken);
            await BadTokensAsync(system, ServiceNames.JwksService, $"{system.JwksService}/partners", ReadKeySet(system)).WaitAsync(end.Token);
            await UnknownClientsAsync(system, operatorToken).WaitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            _missed.Add("the run did not end in time, or a service ended");
        }

        await output.WriteLineAsync(_missed.Count == 0 ? "Every goal is met." : $"MISSED: {string.Join("; ", _missed)}.");
        return _missed.Count == 0 ? 0 : 1;
    }

    /// <summary>
    /// A service that has just started compiles while it works, and on a few cores every partner feels that. Here one is measured that has placed
    /// orders before.
    /// </summary>
    private static async Task WarmUpAsync(IsolatedSystem system)
    {
        var token = await system.TokenAsync(system.Earlier);
        for (var order = 0; order < OrdersBefore; order++)
        {
            using var request = system.NewOrder(token);
            using var response = await system.Http.SendAsync(request);
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>One partner sends the next order as soon as one is answered, whatever the answer.</summary>
    private async Task OnePartnersPostsAsync(IsolatedSystem system)
    {
        var token = await system.TokenAsync(system.Hurried);
        var neighbour = ReadOrders(system, await system.TokenAsync(system.Neighbour));
        using var http = IsolatedSystem.NewHttp();
        var answers = new ConcurrentDictionary<int, int>();
        await MeasureAsync($"{ConcurrentPosts} POSTs at once", system.OrdersApi, neighbour, stop => Task.WhenAll(
            Enumerable.Range(0, ConcurrentPosts).Select(_ => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    using var request = system.NewOrder(token);
                    using var response = await http.SendAsync(request, CancellationToken.None);
                    answers.AddOrUpdate((int)response.StatusCode, 1, (_, count) => count + 1);
                }
            }))),
            () => string.Join(", ", answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value} x {answer.Key}")));
        Demand(answers.GetValueOrDefault(429) > 0, "no POST was refused");
    }

    /// <summary>One address sends tokens that nobody signed.</summary>
    private async Task BadTokensAsync(IsolatedSystem system, string service, string address, Func<CancellationToken, Task<string?>> neighbour)
    {
        const string refused = "refused (token_invalid)";
        using var http = LoopbackSender.ClientAt(2, address);
        var token = await system.TokenAsync(system.Hurried);
        token = $"{token[..token.LastIndexOf('.')]}.{new string('A', token.Length - token.LastIndexOf('.') - 1)}";
        var strangers = new Load("bad tokens", StrangersPerSecond, async cancellationToken =>
        {
            using var request = IsolatedSystem.Authorized(HttpMethod.Get, address, token);
            using var response = await http.SendAsync(request, cancellationToken);
            return (int)response.StatusCode is 401 or 429 ? null : $"{(int)response.StatusCode}";
        });
        await MeasureAsync(
            $"bad tokens at {service}", new Uri(address).GetLeftPart(UriPartial.Authority), neighbour, strangers.RunAsync, () => $"{strangers.Sent}");
        var lines = system.LinesOf(service, refused) + system.LinesOf(service, "too_many_invalid_tokens");
        await output.WriteLineAsync($"{lines} lines in the log of {service} for {strangers.Sent} bad tokens.");
        Demand(lines <= MostLines, $"{lines} lines in the log of {service}");
        Demand(strangers.Failed == 0, $"bad tokens were answered {string.Join(", ", strangers.Failures.Keys)}");
    }

    /// <summary>One address asks for key sets of clients that nobody knows, while a key of a partner is revoked.</summary>
    private async Task UnknownClientsAsync(IsolatedSystem system, string operatorToken)
    {
        using var http = LoopbackSender.ClientAt(3, system.JwksService);
        using var reader = IsolatedSystem.NewHttp();
        var kid = await system.AddKeyAsync(operatorToken);
        var (seenAfter, outdatedMaxAge) = (double.NaN, 0.0);
        var strangers = new Load("unknown clients", StrangersPerSecond, async cancellationToken =>
        {
            using var response = await http.GetAsync(
                $"{system.JwksService}{SystemSettings.JwksPath($"nobody-{Guid.NewGuid():N}")}", cancellationToken);
            return (int)response.StatusCode is 404 or 429 ? null : $"{(int)response.StatusCode}";
        });
        await MeasureAsync("unknown clients", system.JwksService, ReadKeySet(system), async stop =>
        {
            var flood = strangers.RunAsync(stop);
            await Task.Delay(TimeSpan.FromSeconds(seconds / 2.0), CancellationToken.None);
            await system.RevokeKeyAsync(operatorToken, kid);
            var revoked = TimeProvider.System.GetTimestamp();
            while (true)
            {
                using var response = await reader.GetAsync(system.KeySet, CancellationToken.None);
                if (!(await response.Content.ReadAsStringAsync(CancellationToken.None)).Contains(kid, StringComparison.Ordinal))
                {
                    break;
                }

                outdatedMaxAge = Math.Max(outdatedMaxAge, response.Headers.CacheControl?.MaxAge?.TotalSeconds ?? double.MaxValue);
            }

            seenAfter = TimeProvider.System.GetElapsedTime(revoked).TotalMilliseconds;
            await flood;
        }, () => $"{strangers.Sent}");
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"The revocation was served after {seenAfter:0} ms; longest max-age of an outdated set: {outdatedMaxAge:0} s."));
        Demand(seenAfter <= MostRevocationMilliseconds, "the revocation came late");
        Demand(outdatedMaxAge <= MostOutdatedMaxAge, $"an outdated set may be kept for {outdatedMaxAge} s");
        Demand(strangers.Failed == 0, $"unknown clients were answered {string.Join(", ", strangers.Failures.Keys)}");
        Demand(system.LinesOf(ServiceNames.JwksService, "The database does not answer") == 0, "the database was called away");
    }

    private async Task MeasureAsync(
        string name,
        string service,
        Func<CancellationToken, Task<string?>> neighbour,
        Func<CancellationToken, Task> load,
        Func<string> sent)
    {
        // To warm up.
        await ObserveAsync(service, neighbour, TimeSpan.FromSeconds(2));
        var before = await ObserveAsync(service, neighbour, TimeSpan.FromSeconds(seconds));
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => load(stop.Token));
        await Task.Delay(RampUp, CancellationToken.None);
        var under = await ObserveAsync(service, neighbour, TimeSpan.FromSeconds(seconds));
        await stop.CancelAsync();
        await running;

        var (p99, idle) = (under.Neighbour.Latencies.MillisecondsAt(99), before.Neighbour.Latencies.MillisecondsAt(99));
        var slowest = under.Health.Latencies.MillisecondsAt(100);
        var failed = under.Neighbour.Failed + under.Health.Failed;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {under.Neighbour.Latencies.MillisecondsAt(50):0.0} | {p99:0.0} | {idle:0.0} | {under.Health.Latencies.MillisecondsAt(99):0.0} | "
            + $"{slowest:0.0} | {before.Health.Latencies.MillisecondsAt(100):0.0} | {failed} | {sent()} |"));
        Demand(p99 <= MostSlower * idle, string.Create(CultureInfo.InvariantCulture, $"{name}: the neighbour's p99 is {p99 / idle:0.0} times that before"));
        Demand(slowest <= MostHealthMilliseconds, string.Create(CultureInfo.InvariantCulture, $"{name}: /health took {slowest:0} ms"));
        Demand(failed == 0, $"{name}: {string.Join(", ", under.Neighbour.Failures.Concat(under.Health.Failures).Select(failure => failure.Key))}");
    }

    private static async Task<(Load Neighbour, Load Health)> ObserveAsync(
        string service, Func<CancellationToken, Task<string?>> neighbour, TimeSpan time)
    {
        using var http = IsolatedSystem.NewHttp();
        var requests = new Load("neighbour", NeighboursPerSecond, neighbour);
        var health = new Load("health", HealthPerSecond, async cancellationToken =>
        {
            var status = await http.GetStringAsync($"{service}/health", cancellationToken);
            return status == "Healthy" ? null : status;
        });
        using var stop = new CancellationTokenSource(time);
        await Task.WhenAll(requests.RunAsync(stop.Token), health.RunAsync(stop.Token));
        return (requests, health);
    }

    private static Func<CancellationToken, Task<string?>> ReadOrders(IsolatedSystem system, string token) => async cancellationToken =>
    {
        using var request = IsolatedSystem.Authorized(HttpMethod.Get, $"{system.OrdersApi}/orders", token);
        using var response = await system.Http.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode ? null : $"{(int)response.StatusCode}";
    };

    private static Func<CancellationToken, Task<string?>> ReadKeySet(IsolatedSystem system) => async cancellationToken =>
    {
        using var set = JsonDocument.Parse(await system.Http.GetStringAsync(system.KeySet, cancellationToken));
        return set.RootElement.GetProperty("keys").GetArrayLength() > 0 ? null : "no keys";
    };

    private void Demand(bool isMet, string otherwise)
    {
        if (!isMet)
        {
            _missed.Add(otherwise);
        }
    }
}
