using System.Globalization;

using B2BAssertions.JwksService.Database;

namespace B2BAssertions.JwksService.Audit;

/// <summary>Adds records to the caller's transaction: a change and its record are stored together or not at all (KR-09).</summary>
internal sealed partial class AuditTrail(JwksDbContext database, TimeProvider time, JwksServiceMetrics metrics, ILogger<AuditTrail> logger)
{
    private readonly List<AuditRecord> _added = [];

    public void Add(string clientId, Actor actor, AuditAction action, string? keyId = null, string? detail = null)
    {
        var record = new AuditRecord
        {
            ClientId = clientId,
            At = time.GetUtcNow(),
            ActorKind = actor.Kind,
            Actor = actor.Name,
            Action = action,
            KeyId = keyId,
            Detail = detail,
            Address = actor.Address,
            TraceId = actor.TraceId,
        };
        database.AuditRecords.Add(record);
        _added.Add(record);
    }

    /// <summary>A time as it stands in a record's detail: RFC 3339, in milliseconds, as exact as it is kept.</summary>
    public static string Text(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Tells the log and the metrics, once the transaction is committed.</summary>
    public void TellStored()
    {
        foreach (var record in _added)
        {
            metrics.CountChange(record.Action);
            Log.Changed(logger, record.Action, record.ClientId, record.KeyId ?? "-", record.ActorKind, record.Actor, record.Detail ?? "-");
        }

        _added.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Action}: partner {ClientId}, kid {KeyId}, by {ActorKind} {Actor}. {Detail}")]
        public static partial void Changed(
            ILogger logger, AuditAction action, string clientId, string keyId, ActorKind actorKind, string actor, string detail);
    }
}
