using System.Net;

using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Http;
using B2BAssertions.Pkcs11Keys;

namespace B2BAssertions.PartnerClient.Flow;

/// <summary>Failures that any step can come to.</summary>
internal static class FlowFailures
{
    /// <summary>The server is away, overloaded or broken: trying again later is the thing to do.</summary>
    public static FlowFailure Unavailable(string step, string address, string setting, Answer answer)
    {
        var isTooMany = answer.Status == HttpStatusCode.TooManyRequests;
        return new FlowFailure(
            step,
            isTooMany ? "too_many_requests" : "server_unavailable",
            $"{address} {answer.Description}.",
            isTooMany
                ? "Nothing to do: the next try comes by itself, later."
                : $"Check that it runs and that {setting} names it; nothing else is needed, the next try comes by itself.",
            IsPermanent: false,
            answer.RetryAfter?.TotalSeconds);
    }

    /// <summary>The key is in a token that was pulled out, or that does not answer: it may come back.</summary>
    public static FlowFailure KeyUnavailable(string step, Exception exception) => new(
        step,
        "key_token_unavailable",
        exception.Message,
        "Connect the token, or mend what the sentence names; the next try comes by itself.",
        IsPermanent: false);

    /// <summary>There is no access token; the next flow comes when the server is asked again, unless that is long.</summary>
    public static FlowFailure NoToken(AccessTokenFailure failure, TimeProvider time)
    {
        var wait = Math.Max(0, (failure.RetryAt - time.GetUtcNow()).TotalSeconds);
        return failure.Cause is TokenException exception
            ? KeyUnavailable(FlowSteps.Token, exception) with { RetryAfterSeconds = wait }
            : new FlowFailure(FlowSteps.Token, failure.Code, failure.Message, failure.WhatToDo, failure.IsPermanent, wait);
    }

    /// <summary>A fault of this program, not of a server: the log has the exception.</summary>
    public static FlowFailure Unexpected(string step, Exception exception) => new(
        step,
        "internal_error",
        $"This program failed ({exception.GetType().Name}).",
        "Report it with the exception in the log; the next try comes by itself.",
        IsPermanent: false);
}
