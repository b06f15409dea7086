using System.Text.Json.Serialization;

using B2BAssertions.Jose;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace B2BAssertions.ResourceServer;

/// <summary>What a client must know to get a token for this API (RFC 9728 §2, RS-08).</summary>
internal sealed record ProtectedResourceMetadata(
    [property: JsonPropertyName("resource")] string Resource,
    [property: JsonPropertyName("authorization_servers")] IReadOnlyList<string> AuthorizationServers,
    [property: JsonPropertyName("scopes_supported")] IReadOnlyList<string> ScopesSupported,
    [property: JsonPropertyName("bearer_methods_supported")] IReadOnlyList<string> BearerMethodsSupported);

internal static class ProtectedResourceEndpoint
{
    public static void MapProtectedResourceMetadata(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<ResourceServerOptions>();
        var metadata = new ProtectedResourceMetadata(options.Resource, [options.Issuer], options.ScopesSupported, ["header"]);
        app.MapGet(new Uri(WellKnownAddress.OfProtectedResource(options.Resource)).AbsolutePath, () => TypedResults.Ok(metadata))
            .AllowAnonymous()
            .ExcludeFromDescription();
    }
}
