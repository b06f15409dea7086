using B2BAssertions.AuthorizationServer.RateLimits;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// The limit of a client, counted when the client is authenticated and its assertion proved new: neither a forged nor a copied assertion
/// uses it up. Once it is used up, requests in the client's name end before they cost anything (<see cref="AuthenticateClient"/>).
/// </summary>
internal sealed class LimitClientRequests(TokenRequestLimits limits, TokenRequestRefusal refusal) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessAuthenticationContext>()
            .UseSingletonHandler<LimitClientRequests>()
            .SetOrder(RefuseReplay.Descriptor.Order + 100)
            .Build();

    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.Token)
        {
            return ValueTask.CompletedTask;
        }

        var clientId = AuthenticateClient.AcceptedAssertion(context.Transaction).Client.ClientId;
        if (limits.Authenticated(clientId) is { } reached)
        {
            refusal.RecordLimit(context.Transaction, reached, clientId);
            context.Reject(OpenIddictConstants.Errors.TemporarilyUnavailable);
        }

        return ValueTask.CompletedTask;
    }
}
