using B2BAssertions.AuthorizationServer.RateLimits;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// The limits of an address, before anything of the request is read: one that is refused costs no form, no key, no database. Here and not
/// before routing, so that no spelling of the endpoint's path goes past.
/// </summary>
internal sealed class LimitTokenRequests(TokenRequestLimits limits, TokenRequestRefusal refusal)
    : IOpenIddictServerHandler<ExtractTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ExtractTokenRequestContext>()
            .UseSingletonHandler<LimitTokenRequests>()
            .SetOrder(RequireUtf8Form.Descriptor.Order - 100)
            .Build();

    public ValueTask HandleAsync(ExtractTokenRequestContext context)
    {
        if (limits.Receive(TokenRequestRefusal.Http(context.Transaction)) is { } reached)
        {
            refusal.RecordLimit(context.Transaction, reached, clientId: null);
            context.Reject(OpenIddictConstants.Errors.TemporarilyUnavailable);
        }

        return ValueTask.CompletedTask;
    }
}
