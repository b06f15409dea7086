using Microsoft.IdentityModel.Tokens;

using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Discovery;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>AT-04: the key set holds the keys of the ring, public members alone. Stands in for OpenIddict's handler, which knows its own keys only.</summary>
internal sealed class PublishSigningKeys(SigningKeyRing ring) : IOpenIddictServerHandler<HandleJsonWebKeySetRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleJsonWebKeySetRequestContext>()
            .UseSingletonHandler<PublishSigningKeys>()
            .SetOrder(AttachSigningKeys.Descriptor.Order)
            .Build();

    public ValueTask HandleAsync(HandleJsonWebKeySetRequestContext context)
    {
        context.Keys.AddRange(ring.Published.Select(key => new JsonWebKey(key.ToJson().ToJsonString())));
        return ValueTask.CompletedTask;
    }
}
