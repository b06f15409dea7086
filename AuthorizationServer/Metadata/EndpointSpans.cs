using System.Diagnostics;

namespace B2BAssertions.AuthorizationServer.Metadata;

/// <summary>
/// Names the request's span after its endpoint. OpenIddict answers before routing would, and without a route every span of this server
/// would be called GET or POST.
/// </summary>
internal static class EndpointSpans
{
    private static readonly HashSet<string> Paths =
        [EndpointPaths.Token, EndpointPaths.Jwks, EndpointPaths.OAuthMetadata, EndpointPaths.OpenIdMetadata];

    public static void UseEndpointSpans(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path.Value is { } path && Paths.Contains(path) && Activity.Current is { } span)
        {
            span.DisplayName = $"{context.Request.Method} {path}";
            span.SetTag("http.route", path);
        }

        return next(context);
    });
}
