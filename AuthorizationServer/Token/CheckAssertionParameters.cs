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

    private const int MaxShownName = 40;

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var (fault, error, description) = Check(context.Request);
        if (fault is not null)
        {
            refusal.Record(context.Transaction, fault, context.Request.ClientId, keyId: null);
            context.Reject(error, description);
        }

        return ValueTask.CompletedTask;
    }

    private static (AssertionFault? Fault, string? Error, string? Description) Check(OpenIddictRequest request)
    {
        // OpenIddict reads a repeated parameter as missing, so no later check would see its values. The resource has an error of its own.
        var repeated = request.GetParameters().FirstOrDefault(
            parameter => parameter.Value.Count > 1 && parameter.Key != OpenIddictConstants.Parameters.Resource).Key;
        if (repeated is not null)
        {
            return (
                new AssertionFault("parameter_repeated", "each parameter once", repeated),
                OpenIddictConstants.Errors.InvalidRequest,
                $"Send each parameter once: {Quoted(repeated)} is there more than once.");
        }

        return (request.ClientAssertion, request.ClientAssertionType) switch
        {
            // RFC 6749 §5.2: no client authentication included is invalid_client.
            (null, null) => (new AssertionFault("client_assertion_missing", "a client_assertion"), OpenIddictConstants.Errors.InvalidClient, null),
            (not null, OpenIddictConstants.ClientAssertionTypes.JwtBearer) => default,
            (null, OpenIddictConstants.ClientAssertionTypes.JwtBearer) => (
                new AssertionFault("client_assertion_missing", "a client_assertion"),
                OpenIddictConstants.Errors.InvalidRequest,
                "Send a client_assertion beside the client_assertion_type."),
            var (_, type) => (
                new AssertionFault("client_assertion_type_wrong", OpenIddictConstants.ClientAssertionTypes.JwtBearer, type),
                OpenIddictConstants.Errors.InvalidRequest,
                $"Send client_assertion_type={OpenIddictConstants.ClientAssertionTypes.JwtBearer} beside the client_assertion."),
        };
    }

    /// <summary>Only where it is a word that an error_description may hold (RFC 6749 §5.2).</summary>
    private static string Quoted(string name) =>
        name.Length <= MaxShownName && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_') ? $"'{name}'" : "one";
}
