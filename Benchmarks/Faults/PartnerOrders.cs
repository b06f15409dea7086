using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.Benchmarks.Faults;

/// <summary>
/// One partner as docs/partners.md wants it: each order has an Idempotency-Key and a new token, an answer that tells of a fault is waited out,
/// and the same order is sent again, to the other replica. Each assertion that got a token is sent a second time, which must never get one.
/// </summary>
internal sealed class PartnerOrders(ReplicatedSystem system) : IDisposable
{
    private const int Senders = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = RequestLimit };
    private readonly ConcurrentQueue<(long At, string Error)> _errors = new();
    private readonly ConcurrentQueue<long> _placedAt = new();
    private readonly ConcurrentDictionary<string, string> _placed = new();
    private readonly ConcurrentQueue<string> _used = new();
    private int _next;
    private int _replaysAccepted;

    public int ReplaysAccepted => _replaysAccepted;

    public int Placed => _placed.Count;

    public Task RunAsync(CancellationToken end) => Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(() => SendAsync(end), CancellationToken.None)));

    /// <summary>What partners saw since that moment, each kind with its count.</summary>
    public string ErrorsSince(long moment) =>
        string.Join(", ", _errors.Where(error => error.At >= moment).GroupBy(error => error.Error).OrderByDescending(kind => kind.Count())
            .Select(kind => $"{kind.Count()} x {kind.Key}")) is { Length: > 0 } errors ? errors : "none";

    /// <summary>The longest time without a placed order since that moment.</summary>
    public TimeSpan LongestGapSince(long moment)
    {
        long[] times = [moment, .. _placedAt.Where(at => at >= moment).Order(), Stopwatch.GetTimestamp()];
        return times.Zip(times.Skip(1), Stopwatch.GetElapsedTime).Max();
    }

    /// <summary>Waits until orders are placed without an error again.</summary>
    /// <returns>The time from that moment to the first order after it.</returns>
    public async Task<TimeSpan> RecoveredSinceAsync(long moment, CancellationToken end)
    {
        while (!_placedAt.Any(at => at > moment))
        {
            await Task.Delay(Pause, end);
        }

        return Stopwatch.GetElapsedTime(moment, _placedAt.Where(at => at > moment).Min());
    }

    /// <summary>Sends every assertion that got a token once more, to each replica.</summary>
    public async Task ReplayAllAsync()
    {
        foreach (var assertion in _used)
        {
            foreach (var server in system.AddressesOf(ServiceNames.AuthorizationServer))
            {
                await ReplayAsync(server, assertion);
            }
        }
    }

    /// <returns>How many orders that were answered are not there, and how many are there twice.</returns>
    public async Task<(int Lost, int Twice)> CompareAsync()
    {
        var token = await TokenAsync(system.Issuer, CancellationToken.None) ?? throw new InvalidOperationException("No token after the faults.");
        var found = new List<(string Id, string Sku)>();
        for (var next = "/orders?limit=100"; next is not null;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, system.AddressesOf(ServiceNames.OrdersApi)[0] + next);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await _http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            found.AddRange(page["orders"]!.AsArray().Select(order => ((string)order!["id"]!, (string)order["lines"]![0]!["sku"]!)));
            next = (string?)page["next"];
        }

        var ids = found.Select(order => order.Id).ToHashSet();
        return (_placed.Values.Count(id => !ids.Contains(id)), found.Count - found.DistinctBy(order => order.Sku).Count());
    }

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var key = $"{Guid.NewGuid():N}";
            while (!await TryPlaceAsync(key, end) && !end.IsCancellationRequested)
            {
                await Task.Delay(Pause, CancellationToken.None);
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private async Task<bool> TryPlaceAsync(string key, CancellationToken end)
    {
        var replica = Interlocked.Increment(ref _next) % ReplicatedSystem.Replicas;
        if (await TokenAsync(system.AddressesOf(ServiceNames.AuthorizationServer)[replica], end) is not { } token)
        {
            return false;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{system.AddressesOf(ServiceNames.OrdersApi)[replica]}/orders");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Idempotency-Key", key);
        request.Content = new StringContent(
            $$"""{"currency":"EUR","lines":[{"sku":"{{key}}","description":"under faults","quantity":1,"unitPrice":1.5}]}""",
            new MediaTypeHeaderValue("application/json"));
        if (await SendAsync("order", request) is not { } order)
        {
            return false;
        }

        _placed[key] = (string)JsonNode.Parse(order)!["id"]!;
        _placedAt.Enqueue(Stopwatch.GetTimestamp());
        return true;
    }

    private async Task<string?> TokenAsync(string server, CancellationToken end)
    {
        var assertion = system.Partner.NewAssertion(system.Issuer);
        using var request = system.Partner.TokenRequest(server, assertion);
        if (await SendAsync("token", request) is not { } answer)
        {
            return null;
        }

        _used.Enqueue(assertion);
        if (!end.IsCancellationRequested)
        {
            var servers = system.AddressesOf(ServiceNames.AuthorizationServer);
            await ReplayAsync(servers[server == servers[0] ? 1 : 0], assertion);
        }

        return (string?)JsonNode.Parse(answer)!["access_token"];
    }

    private async Task ReplayAsync(string server, string assertion)
    {
        try
        {
            using var request = system.Partner.TokenRequest(server, assertion);
            using var answer = await _http.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                Interlocked.Increment(ref _replaysAccepted);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            // That server is down: nothing was accepted.
        }
    }

    private async Task<string?> SendAsync(string what, HttpRequestMessage request)
    {
        var error = "";
        try
        {
            using var answer = await _http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode)
            {
                return body;
            }

            error = $"{what} {(int)answer.StatusCode} {Code(body)}".TrimEnd();
        }
        catch (HttpRequestException exception)
        {
            error = $"{what}: {exception.HttpRequestError}";
        }
        catch (OperationCanceledException)
        {
            error = $"{what}: no answer in {RequestLimit.TotalSeconds:0} s";
        }

        _errors.Enqueue((Stopwatch.GetTimestamp(), error));
        return null;
    }

    private static string? Code(string body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject problem ? (string?)problem["code"] ?? (string?)problem["error"] : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
