using System.Diagnostics;
using System.Security.Claims;

using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.Jose;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// Has our rules decide on a client assertion before OpenIddict's own check would, which knows no jwks_uri. OpenIddict finds the principal
/// made here and leaves the token alone; its later checks of audience, expiry, issuer and subject still run on it.
/// </summary>
internal sealed class AuthenticateClient(ClientAssertionValidator validator, TokenRequestRefusal refusal)
    : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
            .UseScopedHandler<AuthenticateClient>()
            .SetOrder(ResolveTokenValidationParameters.Descriptor.Order + 500)
            .Build();

    private static readonly string AssertionProperty = typeof(ValidAssertion).FullName!;

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (!context.ValidTokenTypes.SetEquals([OpenIddictConstants.TokenTypeIdentifiers.Private.ClientAssertion]))
        {
            return;
        }

        using var activity = AuthorizationServerTelemetry.ActivitySource.StartActivity("validate client assertion");
        var result = await validator.ValidateAsync(context.Token, context.Request?.ClientId, context.CancellationToken);
        var described = result.Value is { } valid ? (valid.Client.ClientId, valid.KeyId, Algorithm: valid.Algorithm) : Describe(context.Token);
        activity?.SetTag("client_id", Show(described.ClientId));
        activity?.SetTag("kid", Show(described.KeyId));
        activity?.SetTag("alg", Show(described.Algorithm));
        activity?.SetTag("outcome", result.Fault?.Code ?? "valid");
        if (result.Fault is { } fault)
        {
            activity?.SetStatus(ActivityStatusCode.Error, fault.Code);
            refusal.Record(context.Transaction, fault, described.ClientId, described.KeyId);
            context.Reject(fault.IsTemporary ? OpenIddictConstants.Errors.TemporarilyUnavailable : OpenIddictConstants.Errors.InvalidClient);
            return;
        }

        Accept(context, result.Value!);
    }

    public static ValidAssertion? AcceptedAssertion(OpenIddictServerTransaction transaction) =>
        transaction.Properties.TryGetValue(AssertionProperty, out var assertion) ? (ValidAssertion?)assertion : null;

    private static void Accept(ValidateTokenContext context, ValidAssertion assertion)
    {
        var identity = new ClaimsIdentity(OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt);
        identity.AddClaim(new Claim(OpenIddictConstants.Claims.Issuer, assertion.Client.ClientId));
        identity.AddClaim(new Claim(OpenIddictConstants.Claims.Subject, assertion.Client.ClientId));
        identity.AddClaim(new Claim(OpenIddictConstants.Claims.Audience, assertion.Audience));
        identity.AddClaim(new Claim(OpenIddictConstants.Claims.JwtId, assertion.JwtId));
        identity.AddClaim(new Claim(
            OpenIddictConstants.Claims.ExpiresAt,
            assertion.ExpiresAt.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ClaimValueTypes.Integer64));
        context.Principal = new ClaimsPrincipal(identity)
            .SetTokenType(OpenIddictConstants.TokenTypeIdentifiers.Private.ClientAssertion);
        context.ValidAudiences.Add(assertion.Audience);
        context.Transaction.Properties[AssertionProperty] = assertion;
    }

    private static string? Show(string? value) => value is null ? null : ForeignText.Shown(value);

    /// <summary>Who a refused assertion claims to be from, for the log.</summary>
    private static (string? ClientId, string? KeyId, string? Algorithm) Describe(string token)
    {
        var assertion = UnverifiedAssertion.Read(token).Value;
        return (assertion?.Issuer, assertion?.KeyId, assertion?.Algorithm);
    }
}
