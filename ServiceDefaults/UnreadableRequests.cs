using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// Refuses requests whose Host or Content-Type header cannot be read. The framework decodes both where they are first used and throws
/// there, which would be an error of the service's instead of the sender's.
/// </summary>
internal static class UnreadableRequests
{
    public static void UseRefusalOfUnreadableRequests(this WebApplication app) => app.Use((context, next) =>
    {
        RefuseUnreadableHost(context.Request);
        RefuseUnknownCharset(context.Request.GetTypedHeaders());
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
            throw new BadHttpRequestException("The Host header is no host name.", exception);
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
            throw new BadHttpRequestException("The charset is not known.", StatusCodes.Status415UnsupportedMediaType, exception);
        }
    }
}
