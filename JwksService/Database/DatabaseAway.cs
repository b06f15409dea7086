using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Diagnostics;

namespace B2BAssertions.JwksService.Database;

/// <summary>Answers a request that needed the database in vain with 503 instead of an error of the program.</summary>
internal sealed class DatabaseAway(DatabaseReach reach) : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!exception.IsDatabaseFailure())
        {
            return false;
        }

        reach.Failed(exception);
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        httpContext.Response.Headers.CacheControl = "no-store";
        await Problems.Create(
            StatusCodes.Status503ServiceUnavailable,
            "database_unavailable",
            "The registry cannot reach its database at the moment. Whether a change was made is not known: look before you repeat it.")
            .ExecuteAsync(httpContext);
        return true;
    }
}
