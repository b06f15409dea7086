using System.Diagnostics;

using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.ResourceServer;

/// <summary>Lets an authorized request pass; answers any other with a challenge (RS-03, RFC 9728 §5.1) and a problem (RS-04).</summary>
internal sealed partial class AuthorizationAnswers(
    ResourceServerOptions options,
    ResourceServerMetrics metrics,
    TimeProvider time,
    ILogger<AuthorizationAnswers> logger) : IAuthorizationMiddlewareResultHandler
{
    private readonly LogPaces<(string Code, string? Client)> _paces = new(time);

    private readonly string _resourceMetadata = WellKnownAddress.OfProtectedResource(options.Resource);

    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult)
    {
        // No such address, or not for this method: there is nothing to protect, and the answer is 404 or 405 as everywhere.
        if (context.GetEndpoint() is not { Metadata.Count: > 0 })
        {
            return next(context);
        }

        // What a token protects is kept in no cache. An endpoint whose answer may be kept by its one client says so itself.
        context.Response.Headers.CacheControl = "no-store";
        var tokenRefusal = context.Features.Get<AccessTokenRefusal>();

        // A refused token never passes, not even where a policy would let a request without a token pass.
        if (authorizeResult.Succeeded && tokenRefusal is null)
        {
            return PassAsync(next, context);
        }

        var scopes = policy.Requirements.OfType<ScopeRequirement>().ToArray();
        var refusal = authorizeResult.Forbidden
            ? ReasonToForbid(context, scopes, authorizeResult.AuthorizationFailure)
            : tokenRefusal ?? AccessTokenRefusal.Missing;
        var scope = string.Join(' ', scopes.SelectMany(requirement => requirement.AnyOf).Distinct());
        if (authorizeResult.Forbidden)
        {
            LogForbidden(context, refusal, scope);
        }

        metrics.Refused(refusal);
        return AnswerAsync(context, refusal, scope);
    }

    private Task PassAsync(RequestDelegate next, HttpContext context)
    {
        // Other bearer credentials are the endpoint's to check and to count.
        if (OtherBearerToken.From(context) is null)
        {
            Activity.Current?.SetTag("client_id", CurrentClient.From(context.User)?.ClientId);
            metrics.Authorized();
        }

        return next(context);
    }

    /// <summary>First what the token lacks, then what the service itself has against the request.</summary>
    private static AccessTokenRefusal ReasonToForbid(HttpContext context, ScopeRequirement[] scopes, AuthorizationFailure? failure) =>
        scopes.All(requirement => requirement.IsMetBy(context.User, context))
            ? failure?.FailureReasons.OfType<RequestRefusal>().FirstOrDefault()?.Refusal
                ?? throw new InvalidOperationException($"A policy forbids a request for no reason: expected a {nameof(RequestRefusal)}.")
            : AccessTokenRefusal.ScopeMissing;

    private void LogForbidden(HttpContext context, AccessTokenRefusal refusal, string scope)
    {
        var clientId = CurrentClient.From(context.User)?.ClientId;
        if (!_paces.IsDue((refusal.Code, clientId), out var heldBack))
        {
            return;
        }

        var client = Printable.From(clientId);
        if (refusal == AccessTokenRefusal.ScopeMissing)
        {
            Log.ScopeMissing(logger, refusal.Code, scope, client, heldBack);
        }
        else if (refusal.Reason is { } reason)
        {
            Log.ForbiddenBecause(logger, refusal.Code, client, reason, heldBack);
        }
        else
        {
            Log.Forbidden(logger, refusal.Code, client, heldBack);
        }
    }

    private Task AnswerAsync(HttpContext context, AccessTokenRefusal refusal, string scope)
    {
        if (refusal.RetryAfter is { } retryAfter)
        {
            context.Response.TellRetryAfter(retryAfter);
        }
        else
        {
            context.Response.Headers.WWWAuthenticate = Challenge(refusal, scope);
        }

        return Problems.Create(refusal.Status, refusal.Code, refusal.Detail).ExecuteAsync(context);
    }

    /// <summary>RS-03 (RFC 6750 §3): without a token no error is named, and which check a token failed is never told.</summary>
    private string Challenge(AccessTokenRefusal refusal, string scope)
    {
        var parameters = new List<string>();
        if (refusal.Error is not null)
        {
            parameters.Add($"error=\"{refusal.Error}\"");
        }

        if (refusal == AccessTokenRefusal.ScopeMissing)
        {
            parameters.Add($"scope=\"{scope}\"");
        }

        parameters.Add($"resource_metadata=\"{_resourceMetadata}\"");
        return $"Bearer {string.Join(", ", parameters)}";
    }

    private static partial class Log
    {
        private const string More = " {HeldBack} more of this client since the last such line.";

        [LoggerMessage(4, LogLevel.Information, "Request refused ({Code}): the token of client {Client} lacks the scope {Scope}." + More)]
        public static partial void ScopeMissing(ILogger logger, string code, string scope, string client, int heldBack);

        [LoggerMessage(5, LogLevel.Information, "Request refused ({Code}): it is not for client {Client}." + More)]
        public static partial void Forbidden(ILogger logger, string code, string client, int heldBack);

        [LoggerMessage(6, LogLevel.Information, "Request of client {Client} refused ({Code}): {Reason}." + More)]
        public static partial void ForbiddenBecause(ILogger logger, string code, string client, string reason, int heldBack);
    }
}
