using B2BAssertions.CommandLines;
using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.PartnerClient.Commands;

internal static class OutcomeExtensions
{
    /// <exception cref="CommandException">It came to a failure.</exception>
    public static T OrFail<T>(this Outcome<T> outcome)
        where T : class => outcome.IsFailure(out var failure, out var value) ? throw ToException(failure) : value;

    /// <summary>A worker tries again by itself; here a person does.</summary>
    public static CommandException ToException(this FlowFailure failure) => CommandException.Failed(failure.Code, failure switch
    {
        { IsPermanent: true } => $"{failure.Message} {failure.WhatToDo}",
        { RetryAfterSeconds: { } seconds } => $"{failure.Message} Try again in {seconds:0} s.",
        { Code: "server_unavailable" } => $"{failure.Message} Check that it runs and that its address in the settings is right.",
        { Code: "too_many_requests" } => $"{failure.Message} Try again later.",
        _ => $"{failure.Message} {failure.WhatToDo}",
    });
}
