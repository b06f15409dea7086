using System.Security.Claims;

using B2BAssertions.AuthorizationServer.SigningKeys;

using Microsoft.Extensions.Options;

using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// Signs with the current key, never with one that is only published (AT-04), and states the issuer exactly as configured: as a Uri it
/// would get a trailing slash, and issuers are compared as strings (RFC 8414 §3.3, RFC 9068 §4).
/// </summary>
internal sealed class SignAccessToken(SigningKeyRing keys, IOptions<AuthorizationServerOptions> options)
    : IOpenIddictServerHandler<GenerateTokenContext>
{
    private const string PrivateClaimPrefix = "oi_";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
            .UseSingletonHandler<SignAccessToken>()
            .SetOrder(AttachTokenMetadata.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        context.SecurityTokenDescriptor.Issuer = options.Value.Issuer;
        context.SecurityTokenDescriptor.SigningCredentials = keys.Current;
        RemovePrivateClaims(context.SecurityTokenDescriptor.Subject);
        return ValueTask.CompletedTask;
    }

    /// <summary>OpenIddict's notes to itself are not the API's business.</summary>
    private static void RemovePrivateClaims(ClaimsIdentity subject)
    {
        foreach (var claim in subject.FindAll(claim => claim.Type.StartsWith(PrivateClaimPrefix, StringComparison.Ordinal)).ToList())
        {
            subject.RemoveClaim(claim);
        }
    }
}
