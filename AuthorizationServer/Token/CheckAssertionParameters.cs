using B2BAssertions.AuthorizationServer.ClientAssertion;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>AS-01: an assertion comes with its type, spelt exactly so (RFC 7523 §2.2), and both come once (RFC 6749 §3.2).</summary>
internal sealed class CheckAssertionParameters(TokenRequestRefusal refusal) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseScopedHandler<CheckAssertionParameters>()
            .SetOrder(int.MinValue + 50_000)
            .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var assertion = context.Request.GetParameter(OpenIddictConstants.Parameters.ClientAssertion);
        var type = context.Request.GetParameter(OpenIddictConstants.Parameters.ClientAssertionType);
        if (assertion is null && type is null)
        {
            // RFC 6749 §5.2: no client authentication included is invalid_client.
            refusal.Record(
                context.Transaction,
                new AssertionFault("client_assertion_missing", "a client_assertion"),
                context.Request.ClientId,
                keyId: null);
            context.Reject(OpenIddictConstants.Errors.InvalidClient);
        }
        else if ((string?)type != OpenIddictConstants.ClientAssertionTypes.JwtBearer)
        {
            Refuse(context, new AssertionFault(
                "client_assertion_type_wrong",
                OpenIddictConstants.ClientAssertionTypes.JwtBearer,
                (string?)type));
        }
        else if (string.IsNullOrEmpty((string?)assertion))
        {
            Refuse(context, new AssertionFault("client_assertion_missing", "one client_assertion parameter"));
        }

        return ValueTask.CompletedTask;
    }

    private void Refuse(ValidateTokenRequestContext context, AssertionFault fault)
    {
        refusal.Record(context.Transaction, fault, context.Request.ClientId, keyId: null);
        context.Reject(
            OpenIddictConstants.Errors.InvalidRequest,
            "Send client_assertion once, with client_assertion_type=" + OpenIddictConstants.ClientAssertionTypes.JwtBearer + ".");
    }
}
