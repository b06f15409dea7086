using B2BAssertions.AuthorizationServer.ClientAssertion;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// The last check of client authentication: the assertion was never used before (AS-10). Last, so that a forged assertion cannot burn the
/// identifier of a real one (AS-14).
/// </summary>
internal sealed class RefuseReplay(
    UsedAssertionStore usedAssertions,
    ForgottenAssertions forgotten,
    TokenRequestRefusal refusal,
    AuthorizationServerTelemetry telemetry) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessAuthenticationContext>()
            .UseScopedHandler<RefuseReplay>()
            .SetOrder(ResolveHostAuthenticationProperties.Descriptor.Order + 500)
            .Build();

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.Token)
        {
            return;
        }

        var assertion = AuthenticateClient.AcceptedAssertion(context.Transaction);
        if (forgotten.MayInclude(assertion))
        {
            refusal.Record(
                context.Transaction,
                new AssertionFault("assertion_possibly_used", "an assertion that was made after this server noticed that its database is older"),
                assertion.Client.ClientId,
                assertion.KeyId);
            context.Reject(OpenIddictConstants.Errors.TemporarilyUnavailable);
            return;
        }

        if (!await usedAssertions.TryUseAsync(assertion, context.CancellationToken))
        {
            telemetry.ReplayRefused();
            refusal.Record(
                context.Transaction,
                new AssertionFault("assertion_replayed", "a jti that was not used before", assertion.JwtId),
                assertion.Client.ClientId,
                assertion.KeyId);
            context.Reject(OpenIddictConstants.Errors.InvalidClient);
        }
    }
}
