using System.Collections.Immutable;

using B2BAssertions.AuthorizationServer.Apis;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Exchange;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// What an authenticated client asks for: scopes it may have (AS-12), all of one API, which the token is then for. OpenIddict's own check of
/// the scopes comes after this one; it would answer <c>invalid_request</c> where RFC 6749 §5.2 wants <c>invalid_scope</c>.
/// </summary>
internal sealed class CheckRequestedAccess(ApiScopes apis, TokenRequestRefusal refusal)
    : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<CheckRequestedAccess>()
            .SetOrder(ValidateScopePermissions.Descriptor.Order - 500)
            .Build();

    private const string AudienceProperty = "b2b.audience";

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var client = AuthenticateClient.AcceptedAssertion(context.Transaction).Client;
        var scopes = context.Request.GetScopes();
        var resources = Resources(context.Request);
        if (scopes.Length == 0)
        {
            // RFC 6749 §3.3 leaves a default or this error; a token that was not asked for is not given.
            Refuse(context, client.ClientId, OpenIddictConstants.Errors.InvalidScope, "Name at least one scope in the scope parameter.");
        }
        else if (scopes.Except(client.Scopes, StringComparer.Ordinal).Any())
        {
            Refuse(context, client.ClientId, OpenIddictConstants.Errors.InvalidScope, "The scope parameter names a scope that this client may not have.");
        }
        else if (apis.AudiencesOf(scopes) is not [var audience])
        {
            // RFC 9068 §5: in a token for several APIs a scope of one could be taken for another's.
            Refuse(context, client.ClientId, OpenIddictConstants.Errors.InvalidScope, "A token is for one API: ask for the scopes of one API at a time.");
        }
        else if (resources is [_, _, ..])
        {
            // RFC 8707 §2: it may be there more than once, but a token of this server is for one API.
            Refuse(context, client.ClientId, OpenIddictConstants.Errors.InvalidTarget, "A token is for one API: send the resource parameter once, or leave it out.");
        }
        else if (resources is [var resource] && resource != audience)
        {
            // RFC 8707 §2.
            Refuse(context, client.ClientId, OpenIddictConstants.Errors.InvalidTarget, "The resource parameter names another API than the scopes do.");
        }
        else
        {
            context.Transaction.Properties[AudienceProperty] = audience;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The API that the requested scopes belong to; no request for others comes this far.</summary>
    public static string AcceptedAudience(OpenIddictServerTransaction transaction) =>
        transaction.Properties.TryGetValue(AudienceProperty, out var accepted) && accepted is string audience
            ? audience
            : throw new InvalidOperationException("A token request got past the check of its scopes without an API.");

    private static ImmutableArray<string?> Resources(OpenIddictRequest request) =>
        (ImmutableArray<string?>?)request.GetParameter(OpenIddictConstants.Parameters.Resource) ?? [];

    private static string? Shown(ImmutableArray<string?> resources) => resources.Length == 0 ? null : string.Join(' ', resources);

    private void Refuse(ValidateTokenRequestContext context, string clientId, string error, string description)
    {
        refusal.RecordAccess(context.Transaction, error, clientId, context.Request.Scope, Shown(Resources(context.Request)), description);
        context.Reject(error, description);
    }
}
