using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>One endpoint of the running service, found in its routing: so a new one is tested before anybody thinks of it.</summary>
internal sealed record RegistryEndpoint(string Method, string Pattern, bool IsOpenToAnyone)
{
    private const string AnyKey = "any-kid";

    public static IReadOnlyList<RegistryEndpoint> AllOf(RunningService service) =>
    [
        .. from endpoint in service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           let isOpen = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
           select new RegistryEndpoint(method, $"/{endpoint.RoutePattern.RawText!.Trim('/')}", isOpen),
    ];

    /// <summary>The address of this partner's, for this key.</summary>
    public string PathFor(string clientId, string kid = AnyKey) => Pattern
        .Replace("{clientId}", clientId, StringComparison.Ordinal)
        .Replace("{kid}", kid, StringComparison.Ordinal)
        .Replace("{id:guid}", Guid.Empty.ToString(), StringComparison.Ordinal);

    public override string ToString() => $"{Method} {Pattern}";
}
