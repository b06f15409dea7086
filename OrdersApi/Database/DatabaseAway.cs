using B2BAssertions.DatabaseDefaults;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.OrdersApi.Database;

/// <summary>One line in a while: while the database is away, every request of every partner ends here.</summary>
internal sealed partial class DatabaseAway(TimeProvider time, ILogger<DatabaseAway> logger) : DatabaseAwayAnswer(
    "The API cannot reach its database at the moment. Whether an order was placed or cancelled is not known: send the same request again "
    + "after Retry-After, an order with the same Idempotency-Key.")
{
    private readonly LogPace _pace = new(time);

    protected override void Tell(Exception exception)
    {
        if (_pace.IsDue(out var heldBack))
        {
            Log.Away(logger, exception.GetBaseException().Message, heldBack);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database does not answer: no order can be read, placed or cancelled. {Reason}; {HeldBack} more since the last such line.")]
        public static partial void Away(ILogger logger, string reason, int heldBack);
    }
}
