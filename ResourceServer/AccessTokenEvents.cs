using B2BAssertions.Jose;

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// The steps around the token validation of JwtBearer: where the token comes from, the keys it needs, the claims that must be there.
/// A refusal is left on the request; <see cref="AuthorizationAnswers"/> answers with it when the endpoint asks for authorization.
/// </summary>
internal sealed class AccessTokenEvents(
    IssuerKeys keys,
    ResourceServerOptions options,
    AccessTokenFailures failures) : JwtBearerEvents
{
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        var endpoint = context.HttpContext.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            // Nobody asks for a token here, so one that comes along is neither checked nor refused.
            context.NoResult();
            return;
        }

        var credentials = BearerCredentials.Read(context.Request.Headers.Authorization);
        switch (credentials.Kind)
        {
            case BearerCredentialsKind.None:
                context.NoResult();
                break;
            case BearerCredentialsKind.One when OtherBearerCredentials.Include(endpoint, credentials.Token):
                context.HttpContext.Features.Set(new OtherBearerToken(credentials.Token));
                context.NoResult();
                break;
            case not BearerCredentialsKind.None when failures.Look(context.HttpContext) is { } tooMany:
                Refuse(context, tooMany);
                break;
            case BearerCredentialsKind.Several:
                failures.Count(context.HttpContext);
                Refuse(context, AccessTokenRefusal.Repeated);
                break;
            case BearerCredentialsKind.Malformed:
                failures.Count(context.HttpContext);
                Refuse(context, AccessTokenRefusal.Malformed);
                break;
            default:
                await PrepareAsync(context, credentials.Token);
                break;
        }
    }

    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        RefuseToken(context, AccessTokenFault.From(context.Exception, Unverified(context), options));
        return Task.CompletedTask;
    }

    public override Task TokenValidated(TokenValidatedContext context)
    {
        var features = context.HttpContext.Features;
        var claims = features.Get<UnverifiedJwt>()!.Claims;
        CurrentClient? client = null;
        var fault = UntypedAccessToken.Check((JsonWebToken)context.SecurityToken) ?? TokenClient.Establish(claims, options, out client);
        if (fault is not null)
        {
            RefuseToken(context, fault);
            return Task.CompletedTask;
        }

        context.Principal = client!.ToPrincipal();
        features.Set<JsonWebToken>(null);
        features.Set<UnverifiedJwt>(null);
        return Task.CompletedTask;
    }

    private async Task PrepareAsync(MessageReceivedContext context, string token)
    {
        var jwt = AccessTokenHeader.Read(token, options, out var asSent, out var fault);
        context.HttpContext.Features.Set(jwt);
        context.HttpContext.Features.Set(asSent);
        if (fault is not null)
        {
            RefuseToken(context, fault);
            return;
        }

        switch (await PrepareKeysAsync(jwt!, context.HttpContext.RequestAborted))
        {
            case KeyReadiness.Unavailable:
                Refuse(context, AccessTokenRefusal.AuthorizationServerUnavailable);
                break;
            case KeyReadiness.NotReadYet:
                Refuse(context, AccessTokenRefusal.KeyNotReadYet);
                break;
            default:
                context.Token = token;
                break;
        }
    }

    private async Task<KeyReadiness> PrepareKeysAsync(JsonWebToken jwt, CancellationToken requestAborted)
    {
        try
        {
            return await keys.PrepareAsync(jwt.Kid, IssuedAt(jwt), requestAborted);
        }
        catch (OperationCanceledException) when (requestAborted.IsCancellationRequested)
        {
            // Nobody reads the answer, but the request must not be let through with keys that were not looked at.
            return KeyReadiness.Unavailable;
        }
    }

    /// <summary>Unverified, in seconds since 1970; null when there is none of whole seconds.</summary>
    private static long? IssuedAt(JsonWebToken jwt) =>
        jwt.TryGetPayloadValue<object>(JwtRegisteredClaimNames.Iat, out var value)
            ? value switch
            {
                int seconds => seconds,
                long seconds => seconds,
                _ => null,
            }
            : null;

    private void RefuseToken(ResultContext<JwtBearerOptions> context, AccessTokenFault fault)
    {
        var jwt = Unverified(context);
        failures.Record(context.HttpContext, fault, jwt, ClaimedClient(jwt));
        Refuse(context, AccessTokenRefusal.Invalid);
    }

    private static void Refuse(ResultContext<JwtBearerOptions> context, AccessTokenRefusal refusal)
    {
        context.HttpContext.Features.Set(refusal);
        context.Fail(refusal.Code);
    }

    private static JsonWebToken? Unverified(ResultContext<JwtBearerOptions> context) => context.HttpContext.Features.Get<JsonWebToken>();

    private string? ClaimedClient(JsonWebToken? jwt) =>
        jwt is not null && jwt.TryGetPayloadValue<string>(options.EffectiveClientIdClaim, out var client) ? client : null;
}
