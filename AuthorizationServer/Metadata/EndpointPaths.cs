namespace B2BAssertions.AuthorizationServer.Metadata;

/// <summary>Where the endpoints are, below the issuer.</summary>
internal static class EndpointPaths
{
    public const string Token = "/token";
    public const string Jwks = "/.well-known/jwks";
    public const string OAuthMetadata = "/.well-known/oauth-authorization-server";
    public const string OpenIdMetadata = "/.well-known/openid-configuration";

    /// <summary>Compared as OpenIddict does: case and a trailing slash do not matter.</summary>
    public static bool IsToken(PathString path) => Is(path, Token);

    public static bool IsOpenIdMetadata(PathString path) => Is(path, OpenIdMetadata);

    private static bool Is(PathString path, string endpoint) => string.Equals(path.Value?.TrimEnd('/'), endpoint, StringComparison.OrdinalIgnoreCase);
}
