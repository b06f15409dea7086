using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// AS-15: how large a request may be at all. A body that arrives too slowly the web server ends by itself (Kestrel's
/// <c>MinRequestBodyDataRate</c>), and headers that do (<c>RequestHeadersTimeout</c>).
/// </summary>
internal static class TokenRequestSize
{
    /// <summary>Many times the longest assertion, so that one that is far too long is answered as any other that is wrong.</summary>
    public const int MaxBodyBytes = 128 * 1024;

    /// <summary>A token request has six or seven.</summary>
    private const int MaxParameters = 64;

    private const int MaxHeaderBytes = 16 * 1024;
    private const int MaxHeaders = 50;

    public static void Limit(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = MaxBodyBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
    }

    public static void Limit(FormOptions form) => form.ValueCountLimit = MaxParameters;
}
