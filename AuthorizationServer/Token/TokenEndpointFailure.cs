using System.Net.Mime;

using B2BAssertions.AuthorizationServer.Metadata;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Diagnostics;

using OpenIddict.Abstractions;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// Answers a token request that ended in an exception as OAuth does (RFC 6749 §5.2): one that cannot be read, one that needed the database
/// in vain, and a fault of the program. None of them gets a token.
/// </summary>
internal sealed partial class TokenEndpointFailure(
    AuthorizationServerTelemetry telemetry,
    TimeProvider timeProvider,
    ILogger<TokenEndpointFailure> logger) : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";

    private readonly LogPaces<string> _paces = new(timeProvider);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!EndpointPaths.IsToken(httpContext.Request.Path))
        {
            return false;
        }

        var failure = Failure.Of(exception);
        telemetry.TokenRequest(failure.Code);
        Tell(failure, exception);
        var response = httpContext.Response;
        response.StatusCode = failure.Status;
        response.Headers.CacheControl = "no-store";
        if (failure.Status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
        }

        var body = new Dictionary<string, string?>
        {
            [OpenIddictConstants.Parameters.Error] = failure.Error,
            [OpenIddictConstants.Parameters.ErrorDescription] = failure.Description,
            [CompleteTokenResponse.TraceIdMember] = TokenRequestRefusal.TraceId,
        };
        await response.WriteAsJsonAsync(body, options: null, MediaTypeNames.Application.Json, cancellationToken);
        return true;
    }

    /// <summary>One line in a while for what any stranger can bring about; every fault of the program.</summary>
    private void Tell(Failure failure, Exception exception)
    {
        var traceId = TokenRequestRefusal.TraceId ?? "-";
        if (failure.Status == StatusCodes.Status500InternalServerError)
        {
            Log.Failed(logger, exception, failure.Code, traceId);
        }
        else if (_paces.IsDue(failure.Code, out var heldBack))
        {
            Log.Refused(logger, failure.Code, ForeignText.Shown(exception.GetBaseException().Message), traceId, heldBack);
        }
    }

    /// <param name="Code">For the log and the metric.</param>
    /// <param name="Error">For the sender, as <paramref name="Description"/> is: what the exception says stays here.</param>
    private sealed record Failure(int Status, string Code, string Error, string Description)
    {
        public static Failure Of(Exception exception) => exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Unread(
                StatusCodes.Status413PayloadTooLarge, "request_too_large", $"The request is longer than {TokenRequestSize.MaxBodyBytes} bytes."),
            BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => Unread(
                StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", exception.Message),
            BadHttpRequestException unread => Unread(unread.StatusCode, "malformed_request", "The request cannot be read."),
            // A form that cannot be decoded, or with too many parameters.
            InvalidDataException => Unread(StatusCodes.Status400BadRequest, "malformed_request", "The form cannot be read."),
            _ when exception.IsDatabaseFailure() => new Failure(
                StatusCodes.Status503ServiceUnavailable,
                "database_unavailable",
                OpenIddictConstants.Errors.TemporarilyUnavailable,
                "Tokens cannot be issued right now. Try again with a new assertion."),
            _ => new Failure(
                StatusCodes.Status500InternalServerError,
                "internal_error",
                OpenIddictConstants.Errors.ServerError,
                "The server failed. The API owner finds the reason in the authorization server's log, by the trace_id."),
        };

        private static Failure Unread(int status, string code, string description) =>
            new(status, code, OpenIddictConstants.Errors.InvalidRequest, description);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Token request refused: {Code}. {Reason} Trace {TraceId}; {HeldBack} more since the last such line.")]
        public static partial void Refused(ILogger logger, string code, string reason, string traceId, int heldBack);

        [LoggerMessage(LogLevel.Error, "Token request failed: {Code}. Trace {TraceId}.")]
        public static partial void Failed(ILogger logger, Exception exception, string code, string traceId);
    }
}
