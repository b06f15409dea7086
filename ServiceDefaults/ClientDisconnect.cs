using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// A client that ends its connection before its request is whole waits for no answer, and is no fault of the service's: the framework would log an
/// error with a stack trace for each, which is free for any stranger to cause.
/// </summary>
internal sealed class ClientDisconnect : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not (ConnectionResetException or ConnectionAbortedException))
        {
            return ValueTask.FromResult(false);
        }

        // The status is for the log alone. Without the abort Kestrel would try to read the rest of the body, and log that as an error.
        httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        httpContext.Abort();
        return ValueTask.FromResult(true);
    }
}
