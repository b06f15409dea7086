using System.Diagnostics;
using System.Globalization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// Errors as <c>application/problem+json</c> (RFC 9457, RS-04) with a stable <c>code</c>, documented in docs/errors.md, and the trace id
/// under which the log tells the rest.
/// </summary>
public static class Problems
{
    private const string Code = "code";
    private const string TraceId = "traceId";

    /// <param name="status">HTTP status, 400 to 599.</param>
    /// <param name="code">Stable code, a row of docs/errors.md.</param>
    /// <param name="detail">What is wrong with this request and what to do about it; never a secret.</param>
    /// <param name="errors">What is wrong with each member of the body, by the member's path.</param>
    public static ProblemHttpResult Create(int status, string code, string detail, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        var problem = new ProblemDetails { Status = status, Detail = detail };
        problem.Extensions[Code] = code;
        if (errors is not null)
        {
            problem.Extensions["errors"] = errors;
        }

        Complete(problem);
        return TypedResults.Problem(problem);
    }

    /// <summary>More than a limit lets pass: 429, and when to try again.</summary>
    public static ProblemHttpResult TooMany(HttpResponse response, TimeSpan retryAfter, string detail)
    {
        response.TellRetryAfter(retryAfter);
        return Create(StatusCodes.Status429TooManyRequests, "too_many_requests", detail);
    }

    /// <summary>Says when to try again (RFC 6585 §4), in whole seconds.</summary>
    public static void TellRetryAfter(this HttpResponse response, TimeSpan retryAfter) =>
        response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// What the framework throws at an unreadable request is the sender's fault, and no error of the service's; what a handler of the service
    /// answered, that handler told.
    /// </summary>
    internal static ExceptionHandlerOptions ExceptionHandling => new()
    {
        StatusCodeSelector = StatusFor,
        SuppressDiagnosticsCallback = context => context.ExceptionHandledBy == ExceptionHandledType.ExceptionHandlerService
            || StatusFor(context.Exception) < StatusCodes.Status500InternalServerError,
    };

    internal static void AddServiceProblemDetails(this IServiceCollection services) =>
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            context.ProblemDetails.Detail ??= (context.Exception as UnreadableRequestException)?.Message;
            Complete(context.ProblemDetails);
        });

    private static void Complete(ProblemDetails problem)
    {
        if (!problem.Extensions.TryGetValue(Code, out var code))
        {
            code = CodeFor(problem.Status);
            problem.Extensions[Code] = code;
        }

        problem.Type = $"urn:b2bassertions:error:{code}";
        problem.Extensions[TraceId] = Activity.Current?.TraceId.ToString();
    }

    private static int StatusFor(Exception exception) => exception switch
    {
        BadHttpRequestException request => request.StatusCode,
        // A form or a body that cannot be decoded.
        InvalidDataException => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string CodeFor(int? status) => status switch
    {
        StatusCodes.Status400BadRequest => "malformed_request",
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
        StatusCodes.Status413PayloadTooLarge => "request_too_large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported_media_type",
        >= 500 => "internal_error",
        _ => "request_refused",
    };
}
