using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.PartnerClient.AccessTokens.Http;

/// <summary>Neither an assertion nor a token follows a redirect: its receiver is the address that was configured or discovered.</summary>
internal static partial class NoRedirects
{
    /// <summary>A primary handler of a kind that cannot be told so is warned of: only the application knows whether it follows redirects.</summary>
    public static void ApplyTo(HttpMessageHandlerBuilder handlers, IServiceProvider provider)
    {
        if (!TryApplyTo(handlers.PrimaryHandler))
        {
            UnknownHandler(
                provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PartnerAccessTokenExtensions).Namespace!),
                handlers.Name,
                handlers.PrimaryHandler.GetType().FullName);
        }
    }

    private static bool TryApplyTo(HttpMessageHandler? handler)
    {
        switch (handler)
        {
            case SocketsHttpHandler { AllowAutoRedirect: var follows } sockets:
                if (follows)
                {
                    sockets.AllowAutoRedirect = false;
                }

                return true;
            case HttpClientHandler { AllowAutoRedirect: var follows } client:
                if (follows)
                {
                    client.AllowAutoRedirect = false;
                }

                return true;
            case DelegatingHandler { InnerHandler: var inner }:
                return TryApplyTo(inner);
            default:
                return false;
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The HTTP client '{Client}' has a primary handler of type {Handler}, which this library cannot keep from following redirects. "
            + "Make sure that it follows none: a redirect would take the token or the assertion to another server.")]
    private static partial void UnknownHandler(ILogger logger, string? client, string? handler);
}
