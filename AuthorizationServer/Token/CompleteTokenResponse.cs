using B2BAssertions.AuthorizationServer.RateLimits;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// AS-13: whatever check failed, a client that is not authenticated gets the same answer (RFC 6749 §5.2), with the trace id to ask the API
/// owner by. Also counts the outcome.
/// </summary>
internal sealed class CompleteTokenResponse(
    AuthorizationServerTelemetry telemetry,
    TokenRequestRefusal refusal,
    IOptions<AuthorizationServerOptions> options) : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    /// <summary>Member of an error answer; RFC 6749 §8.2 leaves room for such, and a client ignores what it does not know (§5.1).</summary>
    public const string TraceIdMember = "trace_id";

    private const string RetryAfterSeconds = "2";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyTokenResponseContext>()
            .UseSingletonHandler<CompleteTokenResponse>()
            .SetOrder(ProcessJsonResponse<ApplyTokenResponseContext>.Descriptor.Order - 500)
            .Build();

    public ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (context.Response.Error is not { } error)
        {
            telemetry.TokenRequest("issued");
            return ValueTask.CompletedTask;
        }

        if (TokenRequestRefusal.CodeOf(context.Transaction) is null)
        {
            refusal.RecordOther(context.Transaction, error, context.Response.ErrorDescription);
        }

        telemetry.TokenRequest(TokenRequestRefusal.CodeOf(context.Transaction) ?? error);
        Complete(context, error, TokenRequestRefusal.Http(context.Transaction));
        return ValueTask.CompletedTask;
    }

    private void Complete(ApplyTokenResponseContext context, string error, HttpContext http)
    {
        if (TokenRequestRefusal.LimitOf(context.Transaction) is { } reached)
        {
            AskToSlowDown(context.Response, http.Response, reached);
        }
        else if (error == OpenIddictConstants.Errors.TemporarilyUnavailable)
        {
            AskToRetry(context.Response, http.Response);
        }
        else if (error == OpenIddictConstants.Errors.InvalidClient)
        {
            HideReason(context.Response, http);
        }

        // OpenIddict's pages about its own messages do not help a client of this server.
        context.Response.ErrorUri = null;
        context.Response[TraceIdMember] = TokenRequestRefusal.TraceId;
    }

    private void HideReason(OpenIddictResponse response, HttpContext http)
    {
        response.ErrorDescription = "Client authentication failed. The API owner finds the reason in the authorization server's log, by the trace_id.";

        // RFC 6749 §5.2 wants a challenge for who used the Authorization header; to anyone else Basic would promise what is not accepted.
        http.Response.Headers.Remove(HeaderNames.WWWAuthenticate);
        if (RefuseSecrets.UsesBasic(http.Request))
        {
            http.Response.Headers.WWWAuthenticate = $"Basic realm=\"{options.Value.Issuer}\"";
        }
    }

    /// <summary>RFC 6585 §4. RFC 6749 §5.2 has no error for it; this is the one that its §4.1.2.1 has for an overloaded server.</summary>
    private static void AskToSlowDown(OpenIddictResponse response, HttpResponse http, LimitReached reached)
    {
        response.ErrorDescription = "Too many token requests. Try again after the seconds in Retry-After, with a new assertion; use each token until it expires.";
        http.StatusCode = StatusCodes.Status429TooManyRequests;
        http.TellRetryAfter(reached.RetryAfter);
    }

    /// <summary>
    /// The client's keys could not be read, or it cannot be told whether the assertion was used: no fault of the client's, so a new assertion may
    /// succeed (RFC 9110 §15.6.4).
    /// </summary>
    private static void AskToRetry(OpenIddictResponse response, HttpResponse http)
    {
        response.ErrorDescription = "The client cannot be authenticated right now. Try again with a new assertion.";
        http.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Headers.RetryAfter = RetryAfterSeconds;
    }
}
