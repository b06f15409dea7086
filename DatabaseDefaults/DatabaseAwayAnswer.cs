using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>Answers a request that needed the database in vain with 503 instead of an error of the program.</summary>
/// <param name="detail">What that means for who sent the request, and what to do.</param>
public abstract class DatabaseAwayAnswer(string detail) : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!exception.IsDatabaseFailure())
        {
            return false;
        }

        Tell(exception);
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        httpContext.Response.Headers.CacheControl = "no-store";
        await Problems.Create(StatusCodes.Status503ServiceUnavailable, "database_unavailable", detail).ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>Tells the operator: the framework logs nothing of what is answered here.</summary>
    protected abstract void Tell(Exception exception);
}
