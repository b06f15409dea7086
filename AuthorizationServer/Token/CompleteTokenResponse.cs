using Microsoft.AspNetCore;
using Microsoft.Net.Http.Headers;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>AS-13: whatever check failed, a client that is not authenticated gets the same answer. Also counts the outcome.</summary>
internal sealed class CompleteTokenResponse(AuthorizationServerTelemetry telemetry) : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    private const string RetryAfterSeconds = "2";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyTokenResponseContext>()
            .UseSingletonHandler<CompleteTokenResponse>()
            .SetOrder(ProcessJsonResponse<ApplyTokenResponseContext>.Descriptor.Order - 500)
            .Build();

    public ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        var error = context.Response.Error;
        telemetry.TokenRequest(TokenRequestRefusal.CodeOf(context.Transaction) ?? error ?? "issued");
        if (error is null)
        {
            return ValueTask.CompletedTask;
        }

        // OpenIddict's pages about its own messages do not help a client of this server.
        context.Response.ErrorUri = null;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        switch (error)
        {
            case OpenIddictConstants.Errors.InvalidClient:
                HideReason(context.Response, http);
                break;
            case OpenIddictConstants.Errors.TemporarilyUnavailable:
                AskToRetry(context.Response, http.Response);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private static void HideReason(OpenIddictResponse response, HttpContext http)
    {
        response.ErrorDescription = "Client authentication failed. The API owner finds the reason in the authorization server's log.";
        if (http.Request.Headers.Authorization.Count == 0)
        {
            // RFC 6749 §5.2 wants a challenge for who used the Authorization header; to anyone else Basic would promise what is not accepted.
            http.Response.Headers.Remove(HeaderNames.WWWAuthenticate);
        }
    }

    /// <summary>The client's keys could not be read: no fault of the assertion, so a new one may succeed (RFC 9110 §15.6.4).</summary>
    private static void AskToRetry(OpenIddictResponse response, HttpResponse http)
    {
        response.ErrorDescription = "The client cannot be authenticated right now. Try again with a new assertion.";
        http.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Headers.RetryAfter = RetryAfterSeconds;
    }
}
