using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace B2BAssertions.ServiceDefaults;

/// <summary>A request that no service can read; the message tells its sender what to send instead.</summary>
internal sealed class UnreadableRequestException(string message, int status, Exception? inner = null)
    : BadHttpRequestException(message, status, inner!);

/// <summary>
/// Refuses requests whose Host or Content-Type header cannot be read, or whose body is compressed. The framework decodes the headers where they
/// are first used and throws there, which would be an error of the service's instead of the sender's; it never decodes the body.
/// </summary>
internal static class UnreadableRequests
{
    private const string Identity = "identity";

    public static void UseRefusalOfUnreadableRequests(this WebApplication app) => app.Use((context, next) =>
    {
        RefuseUnreadableHost(context.Request);
        LeaveOutEmptyParameters(context.Request);
        RefuseUnknownCharset(context.Request.GetTypedHeaders());
        RefuseContentCoding(context);
        return next(context);
    });

    private static void RefuseUnreadableHost(HttpRequest request)
    {
        try
        {
            _ = request.Host.Value;
        }
        catch (ArgumentException exception)
        {
            throw new UnreadableRequestException("The Host header is no host name.", StatusCodes.Status400BadRequest, exception);
        }
    }

    /// <summary>RFC 9110 §5.6.6 lets a parameter be empty, as after a last semicolon; the framework's parsers do not.</summary>
    private static void LeaveOutEmptyParameters(HttpRequest request)
    {
        if (request.ContentType is { } type && type.Contains(';') && !type.Contains('"'))
        {
            request.ContentType = string.Join("; ", type.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }
    }

    /// <summary>Looked up by hand, because the header's own Encoding is null for some unknown names and throws for others.</summary>
    private static void RefuseUnknownCharset(RequestHeaders headers)
    {
        var charset = HeaderUtilities.RemoveQuotes(headers.ContentType?.Charset ?? default);
        if (StringSegment.IsNullOrEmpty(charset))
        {
            return;
        }

        try
        {
            _ = Encoding.GetEncoding(charset.ToString());
        }
        catch (Exception exception) when (exception is NotSupportedException or ArgumentException)
        {
            throw new UnreadableRequestException(
                "The charset in Content-Type is not known: write utf-8, or leave it out.", StatusCodes.Status415UnsupportedMediaType, exception);
        }
    }

    /// <summary>RFC 9110 §15.5.16, which also wants to say what would have been accepted.</summary>
    private static void RefuseContentCoding(HttpContext context)
    {
        var codings = context.Request.Headers.GetCommaSeparatedValues(HeaderNames.ContentEncoding);
        if (codings.All(coding => coding.Equals(Identity, StringComparison.OrdinalIgnoreCase))
            || context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true)
        {
            return;
        }

        context.Response.OnStarting(() =>
        {
            context.Response.Headers.AcceptEncoding = Identity;
            return Task.CompletedTask;
        });
        throw new UnreadableRequestException(
            "The body is compressed, by its Content-Encoding: send it as it is.", StatusCodes.Status415UnsupportedMediaType);
    }
}
