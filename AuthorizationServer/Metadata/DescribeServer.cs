using B2BAssertions.Jose;

using Microsoft.Extensions.Options;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Metadata;

/// <summary>
/// AT-05: the metadata (RFC 8414 §2) says what this server does and nothing it does not. Addresses come from the configured issuer, not
/// from the request's Host header.
/// </summary>
internal sealed class DescribeServer(IOptions<AuthorizationServerOptions> options)
    : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    private const string AuthSigningAlgorithms = "token_endpoint_auth_signing_alg_values_supported";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleConfigurationRequestContext>()
            .UseSingletonHandler<DescribeServer>()
            .SetOrder(int.MaxValue)
            .Build();

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.TokenEndpoint = new Uri(options.Value.TokenEndpoint);
        context.JsonWebKeySetEndpoint = new Uri(options.Value.Issuer + EndpointPaths.Jwks);

        // What remains of OpenID Connect and the authorization endpoint; this server has neither.
        context.Claims.Clear();
        context.IdTokenSigningAlgorithms.Clear();
        context.PromptValues.Clear();
        context.ResponseModes.Clear();
        context.SubjectTypes.Clear();
        context.Metadata.Clear();
        context.Metadata[AuthSigningAlgorithms] =
            new OpenIddictParameter([.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)]);
        return ValueTask.CompletedTask;
    }
}
