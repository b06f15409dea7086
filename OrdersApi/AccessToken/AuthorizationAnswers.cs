using System.Diagnostics;
using System.Globalization;

using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Extensions.Options;

namespace B2BAssertions.OrdersApi.AccessToken;

/// <summary>Lets an authorized request pass; answers any other with a challenge (RFC 6750 §3, RFC 9728 §5.1) and a problem (RFC 9457).</summary>
internal sealed partial class AuthorizationAnswers(
    IOptions<OrdersApiOptions> options,
    ApiMetrics metrics,
    ILogger<AuthorizationAnswers> logger) : IAuthorizationMiddlewareResultHandler
{
    private static readonly string RetryAfterSeconds = ((int)IssuerKeys.Pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private readonly string _resourceMetadata = WellKnownAddress.OfProtectedResource(options.Value.Resource);

    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult)
    {
        // What a token protects is kept in no cache.
        context.Response.Headers.CacheControl = "no-store";
        if (authorizeResult.Succeeded)
        {
            Activity.Current?.SetTag("client_id", CurrentPartner.From(context.User)?.ClientId);
            metrics.Authorized();
            return next(context);
        }

        var refusal = authorizeResult.Forbidden
            ? AccessTokenRefusal.ScopeMissing
            : context.Features.Get<AccessTokenRefusal>() ?? AccessTokenRefusal.Missing;
        var scope = string.Join(' ', policy.Requirements.OfType<ScopeRequirement>().Select(requirement => requirement.Scope));
        if (authorizeResult.Forbidden)
        {
            Log.ScopeMissing(logger, refusal.Code, scope, Printable.From(CurrentPartner.From(context.User)?.ClientId));
        }

        metrics.Refused(refusal);
        return AnswerAsync(context, refusal, scope);
    }

    private Task AnswerAsync(HttpContext context, AccessTokenRefusal refusal, string scope)
    {
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }
        else
        {
            context.Response.Headers.WWWAuthenticate = Challenge(refusal, scope);
        }

        return Problems.Create(refusal.Status, refusal.Code, refusal.Detail).ExecuteAsync(context);
    }

    /// <summary>RFC 6750 §3: without a token no error is named, and which check a token failed is never told.</summary>
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
        [LoggerMessage(4, LogLevel.Information, "Request refused ({Code}): the token of client {Client} lacks the scope {Scope}.")]
        public static partial void ScopeMissing(ILogger logger, string code, string scope, string client);
    }
}
