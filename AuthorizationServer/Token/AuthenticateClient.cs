using System.Diagnostics;
using System.Security.Claims;

using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.RateLimits;
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
internal sealed class AuthenticateClient(ClientAssertionValidator validator, TokenRequestLimits limits, TokenRequestRefusal refusal)
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
        var read = UnverifiedAssertion.Read(context.Token);
        activity?.SetTag("client_id", ForeignText.Shown(read.Value?.Issuer));
        activity?.SetTag("kid", ForeignText.Shown(read.Value?.KeyId));
        activity?.SetTag("alg", ForeignText.Shown(read.Value?.Algorithm));

        if (limits.Claim(read.Value?.Issuer, TokenRequestRefusal.Http(context.Transaction)) is { } reached)
        {
            refusal.RecordLimit(context.Transaction, reached, read.Value?.Issuer);
            context.Reject(OpenIddictConstants.Errors.TemporarilyUnavailable);
            return;
        }

        var result = read.Value is { } assertion
            ? await validator.ValidateAsync(assertion, context.Request?.ClientId, context.CancellationToken)
            : read.Fault!;
        activity?.SetTag("outcome", result.Fault?.Code ?? "valid");
        if (result.Fault is { } fault)
        {
            activity?.SetStatus(ActivityStatusCode.Error, fault.Code);
            refusal.Record(context.Transaction, fault, read.Value?.Issuer ?? context.Request?.ClientId, read.Value?.KeyId);
            context.Reject(fault.IsTemporary ? OpenIddictConstants.Errors.TemporarilyUnavailable : OpenIddictConstants.Errors.InvalidClient);
            return;
        }

        Accept(context, result.Value!);
    }

    /// <summary>The assertion that authenticated the client; without one no request comes this far.</summary>
    public static ValidAssertion AcceptedAssertion(OpenIddictServerTransaction transaction) =>
        transaction.Properties.TryGetValue(AssertionProperty, out var accepted) && accepted is ValidAssertion assertion
            ? assertion
            : throw new InvalidOperationException("A token request got past client authentication without a client assertion.");

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
}
