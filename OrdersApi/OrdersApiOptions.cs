using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.OrdersApi;

/// <summary>Settings of the section <c>OrdersApi</c>.</summary>
internal sealed class OrdersApiOptions
{
    public const string Section = "OrdersApi";

    /// <summary>
    /// Issuer identifier of the one trusted authorization server, character for character as it stands in its tokens and its metadata
    /// (a trailing slash counts). Required; https unless <c>AllowHttp</c>.
    /// </summary>
    public string Issuer { get; set; } = string.Empty;

    /// <summary>Identifier of this API (RFC 9728 §1.2): the address at which partners reach it. Required; https unless <c>AllowHttp</c>.</summary>
    public string Resource { get; set; } = string.Empty;

    /// <summary>The <c>aud</c> that a token must carry. Default: <see cref="Resource"/>.</summary>
    public string? Audience { get; set; }

    /// <summary>Algorithms that a token may be signed with: PS256, ES256 or both. Default: both.</summary>
    // Null and not both by default: configuration adds to a list, it does not replace it.
    public IReadOnlyList<string>? AllowedAlgorithms { get; set; }

    /// <summary>Client ids that get a few sample orders while the database holds no order at all. Default: none.</summary>
    public IReadOnlyList<string> SeedOrdersFor { get; set; } = [];

    public ResourceServerOptions ToResourceServer() => new()
    {
        Issuer = Issuer,
        Resource = Resource,
        Audience = Audience,
        AllowedAlgorithms = AllowedAlgorithms,
        ScopesSupported = [SystemSettings.ReadScope],
    };
}
