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
            .UseSingletonHandler<CheckAssertionParameters>()
            .SetOrder(int.MinValue + 50_000)
            .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var (fault, error) = Check(context.Request);
        if (fault is not null)
        {
            refusal.Record(context.Transaction, fault, context.Request.ClientId, keyId: null);
            context.Reject(error, $"Send each parameter once, with client_assertion_type={OpenIddictConstants.ClientAssertionTypes.JwtBearer}.");
        }

        return ValueTask.CompletedTask;
    }

    private static (AssertionFault? Fault, string? Error) Check(OpenIddictRequest request)
    {
        // OpenIddict reads a repeated parameter as missing, so no later check would see its values.
        if (request.GetParameters().FirstOrDefault(parameter => parameter.Value.Count > 1) is { Key: { } repeated })
        {
            return (new AssertionFault("parameter_repeated", "each parameter once", repeated), OpenIddictConstants.Errors.InvalidRequest);
        }

        return (request.ClientAssertion, request.ClientAssertionType) switch
        {
            // RFC 6749 §5.2: no client authentication included is invalid_client.
            (null, null) => (new AssertionFault("client_assertion_missing", "a client_assertion"), OpenIddictConstants.Errors.InvalidClient),
            ({ Length: > 0 }, OpenIddictConstants.ClientAssertionTypes.JwtBearer) => (null, null),
            (null or "", OpenIddictConstants.ClientAssertionTypes.JwtBearer) =>
                (new AssertionFault("client_assertion_missing", "a client_assertion"), OpenIddictConstants.Errors.InvalidRequest),
            var (_, type) => (
                new AssertionFault("client_assertion_type_wrong", OpenIddictConstants.ClientAssertionTypes.JwtBearer, type),
                OpenIddictConstants.Errors.InvalidRequest),
        };
    }
}
