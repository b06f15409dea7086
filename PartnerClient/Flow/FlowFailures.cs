using System.Net;

using B2BAssertions.PartnerClient.Http;

namespace B2BAssertions.PartnerClient.Flow;

/// <summary>Failures that any step can come to.</summary>
internal static class FlowFailures
{
    public const string ServerUnavailable = "server_unavailable";

    /// <summary>The server is away, overloaded or broken: trying again later is the thing to do.</summary>
    public static FlowFailure Unavailable(string step, string address, string setting, Answer answer) => new(
        step,
        answer.Status == HttpStatusCode.TooManyRequests ? "too_many_requests" : ServerUnavailable,
        $"{address} {answer.Description}.",
        $"Check that it runs and that {setting} names it; nothing else is needed, the next try comes by itself.",
        IsPermanent: false);

    /// <summary>A fault of this program, not of a server: the log has the exception.</summary>
    public static FlowFailure Unexpected(string step, Exception exception) => new(
        step,
        "internal_error",
        $"This program failed ({exception.GetType().Name}).",
        "Report it with the exception in the log; the next try comes by itself.",
        IsPermanent: false);
}
