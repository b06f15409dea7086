using B2BAssertions.AuthorizationServer.ClientAssertion;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// AS-02: a secret is refused, in the form or by HTTP Basic, alone or beside an assertion: a client authenticates in one
/// way (RFC 6749 §2.3), and here that is private_key_jwt (FAPI 2.0 Security Profile §5.3.2.1).
/// </summary>
internal sealed class RefuseSecrets(TokenRequestRefusal refusal) : IOpenIddictServerHandler<ExtractTokenRequestContext>
{
    private const string BasicScheme = "Basic";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ExtractTokenRequestContext>()
            .UseSingletonHandler<RefuseSecrets>()
            .SetOrder(ExtractPostRequest<ExtractTokenRequestContext>.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(ExtractTokenRequestContext context)
    {
        if (FindSecret(TokenRequestRefusal.Http(context.Transaction).Request) is { } found)
        {
            refusal.Record(
                context.Transaction,
                new AssertionFault("client_secret_sent", "a client_assertion and no secret", found),
                context.Transaction.Request?.ClientId,
                keyId: null);
            context.Reject(OpenIddictConstants.Errors.InvalidClient);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Where it is, never what it is. One without a value was not sent, and one that is sent twice is left to the check of repeated parameters.</summary>
    private static string? FindSecret(HttpRequest request) =>
        UsesBasic(request) ? "an Authorization header of scheme Basic"
        : request.Form[OpenIddictConstants.Parameters.ClientSecret] is [{ Length: > 0 }] ? "a client_secret parameter"
        : null;

    /// <summary>The one scheme that RFC 6749 §2.3.1 has for clients.</summary>
    public static bool UsesBasic(HttpRequest request) => request.Headers.Authorization.Any(value =>
        value is not null
        && (value.Equals(BasicScheme, StringComparison.OrdinalIgnoreCase) || value.StartsWith(BasicScheme + ' ', StringComparison.OrdinalIgnoreCase)));
}
