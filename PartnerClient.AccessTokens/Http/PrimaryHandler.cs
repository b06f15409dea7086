using B2BAssertions.OutgoingHttp;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.PartnerClient.AccessTokens.Http;

/// <summary>The handler that an application has chosen for a client of assertions or tokens.</summary>
internal static partial class PrimaryHandler
{
    /// <summary>A handler of a kind that cannot be told so is warned of: only the application knows whether it follows redirects.</summary>
    public static void MakeSafe(HttpMessageHandlerBuilder handlers, IServiceProvider provider)
    {
        if (!OutgoingHandler.TryMakeSafe(handlers.PrimaryHandler))
        {
            MayFollowRedirects(
                provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PartnerAccessTokenExtensions).Namespace!),
                handlers.Name,
                handlers.PrimaryHandler.GetType().FullName);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The HTTP client '{Client}' has a primary handler of type {Handler}, which this library cannot keep from following redirects. "
            + "Make sure that it follows none: a redirect would take the token or the assertion to another server.")]
    private static partial void MayFollowRedirects(ILogger logger, string? client, string? handler);
}
