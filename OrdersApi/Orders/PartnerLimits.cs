using System.Threading.RateLimiting;

using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>
/// What one partner may use of this replica. Its requests wait for one another in memory, before they take any of the database connections
/// that all partners share; each replica counts for itself.
/// </summary>
internal sealed partial class PartnerLimits : IDisposable, IHostedService
{
    private readonly ILogger _logger;

    public PartnerLimits(IOptions<OrdersApiOptions> options, TimeProvider time, ILogger<PartnerLimits> logger)
    {
        _logger = logger;
        var settings = options.Value;
        Reads = new(
            (nameof(settings.ConcurrentReadsPerPartner), settings.ConcurrentReadsPerPartner),
            (nameof(settings.ReadsPerMinuteAndPartner), settings.ReadsPerMinuteAndPartner),
            time,
            TellLimited);
        Writes = new(
            (nameof(settings.ConcurrentWritesPerPartner), settings.ConcurrentWritesPerPartner),
            (nameof(settings.WritesPerMinuteAndPartner), settings.WritesPerMinuteAndPartner),
            time,
            TellLimited);
    }

    public PartnerLimit Reads { get; }

    public PartnerLimit Writes { get; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var setting in Reads.SwitchedOff.Concat(Writes.SwitchedOff))
        {
            Log.NotLimited(_logger, Setting(setting));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        Reads.Dispose();
        Writes.Dispose();
    }

    private static string Setting(string name) => $"{OrdersApiOptions.Section}:{name}";

    private void TellLimited(string setting, string partner, int heldBack) => Log.Limited(_logger, Setting(setting), partner, heldBack);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The requests of a partner are not limited: {Setting} is 0. One partner can keep the others waiting.")]
        public static partial void NotLimited(ILogger logger, string setting);

        [LoggerMessage(
            LogLevel.Warning,
            "Requests of client {Client} are refused (too_many_requests), by {Setting}; {HeldBack} more since the last such line.")]
        public static partial void Limited(ILogger logger, string setting, string client, int heldBack);
    }
}

/// <summary>How many requests of one kind run at once for a partner, and how many in a minute.</summary>
/// <param name="concurrent">Name and value of the setting; 0 is no limit.</param>
/// <param name="perMinute">Likewise.</param>
/// <param name="tell">Told at a pace: a setting's name, the partner that reached it, how often since it was last told.</param>
internal sealed class PartnerLimit(
    (string Setting, int Value) concurrent,
    (string Setting, int Value) perMinute,
    TimeProvider time,
    Action<string, string, int> tell) : IDisposable
{
    /// <summary>
    /// How long a request waits for its partner's turn: 1 to 3 seconds. Who sends the next request when the last one is answered, refused or
    /// not, is slowed down by that; one who keeps its connections to a few never meets a refusal. Never the same time for all, or requests that
    /// came together would be refused, and sent again, together.
    /// </summary>
    internal static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="LeastPatience"/>
    internal static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(3);

    /// <summary>Requests of a partner that wait, at most: each costs some kilobytes. More are refused at once.</summary>
    internal const int MostWaiting = 1000;

    private readonly PartitionedRateLimiter<string> _turns = PartitionedRateLimiter.Create<string, string>(partner =>
        concurrent.Value == RateLimitSettings.Off
            ? RateLimitPartition.GetNoLimiter(partner)
            : RateLimitPartition.GetConcurrencyLimiter(
                partner, _ => new ConcurrencyLimiterOptions { PermitLimit = concurrent.Value, QueueLimit = MostWaiting }));

    private readonly RateLimit<string> _rate = new(perMinute.Value, time);
    private readonly LogPaces<(string Setting, string Partner)> _paces = new(time);

    /// <summary>The settings that are 0.</summary>
    public IEnumerable<string> SwitchedOff =>
        new[] { concurrent, perMinute }.Where(limit => limit.Value == RateLimitSettings.Off).Select(limit => limit.Setting);

    /// <summary>Waits for the partner's turn, which lasts until the caller disposes of it; or tells when to try again.</summary>
    public async Task<PartnerTurn> WaitAsync(string partner, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var patience = LeastPatience + (Random.Shared.NextDouble() * (MostPatience - LeastPatience));
        var lease = await WaitForPlaceAsync(partner, patience, cancellationToken);
        if (!lease.IsAcquired)
        {
            return Refuse(concurrent.Setting, partner, patience);
        }

        while (_rate.Take(partner) is { } wait)
        {
            if (time.GetElapsedTime(start) + wait > patience)
            {
                lease.Dispose();
                return Refuse(perMinute.Setting, partner, wait);
            }

            await DelayAsync(wait, lease, cancellationToken);
        }

        return new PartnerTurn(lease, RetryAfter: null);
    }

    public void Dispose() => _turns.Dispose();

    private async Task<RateLimitLease> WaitForPlaceAsync(string partner, TimeSpan patience, CancellationToken cancellationToken)
    {
        var lease = _turns.AttemptAcquire(partner);
        if (lease.IsAcquired)
        {
            return lease;
        }

        using var givingUp = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(givingUp.Token, cancellationToken);
        try
        {
            return await _turns.AcquireAsync(partner, cancellationToken: either.Token);
        }
        catch (OperationCanceledException) when (givingUp.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return lease;
        }
    }

    /// <summary>Keeps its place meanwhile: the partner's next request would find no permit either.</summary>
    private async Task DelayAsync(TimeSpan wait, RateLimitLease lease, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(wait, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lease.Dispose();
            throw;
        }
    }

    private PartnerTurn Refuse(string setting, string partner, TimeSpan retryAfter)
    {
        if (_paces.IsDue((setting, partner), out var heldBack))
        {
            tell(setting, partner, heldBack);
        }

        return new PartnerTurn(Lease: null, retryAfter);
    }
}

/// <summary>A turn, or when to try again.</summary>
internal readonly record struct PartnerTurn(RateLimitLease? Lease, TimeSpan? RetryAfter) : IDisposable
{
    public void Dispose() => Lease?.Dispose();
}

internal static class PartnerLimitExtensions
{
    public static RouteGroupBuilder LimitsPartners(this RouteGroupBuilder endpoints, Func<PartnerLimits, PartnerLimit> limit) =>
        endpoints.ProducesProblem(StatusCodes.Status429TooManyRequests).WithMetadata(new PartnerLimitMetadata(limit));

    /// <summary>
    /// A middleware, as an endpoint filter would come after the handler's arguments: what hundreds of requests hold while they wait for their turn,
    /// a body or a DbContext, the garbage collector moves about, and everybody waits for that.
    /// </summary>
    public static void UsePartnerLimits(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<PartnerLimitMetadata>() is not { } limited)
        {
            await next(context);
            return;
        }

        var limit = limited.Limit(context.RequestServices.GetRequiredService<PartnerLimits>());
        using var turn = await limit.WaitAsync(CurrentClient.From(context.User)!.ClientId, context.RequestAborted);
        await (turn.RetryAfter is { } retryAfter ? OrderProblems.TooMany(context.Response, retryAfter).ExecuteAsync(context) : next(context));
    });

    private sealed record PartnerLimitMetadata(Func<PartnerLimits, PartnerLimit> Limit);
}
