using System.Diagnostics;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Enrolment;
using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.PartnerClient.Orders;
using B2BAssertions.Pkcs11Keys;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Flow;

/// <summary>One flow, from the key to the orders, under one trace. It ends in a report, whatever happens on the way.</summary>
internal sealed partial class PartnerFlow(
    PartnerKeySource keys,
    KeyEnrolment enrolment,
    IAccessTokenSource tokens,
    OrdersClient orders,
    IOptions<PartnerClientOptions> options,
    PartnerClientMetrics metrics,
    TimeProvider time,
    ILogger<PartnerFlow> logger)
{
    /// <summary>What a JWT says, never the token.</summary>
    public static TokenReport Describe(AccessToken token, bool fromCache)
    {
        var parts = UnverifiedJwt.TryParse(token.Value, out var jwt) ? jwt : null;
        return new TokenReport(
            token.TokenType,
            token.Scope ?? "",
            (int)token.Lifetime.TotalSeconds,
            token.Issuer,
            parts is null ? null : JsonObject.Create(parts.Header),
            parts is null ? null : JsonObject.Create(parts.Claims),
            fromCache);
    }

    /// <param name="activity">The root of the flow's trace, if anyone listens.</param>
    public async Task<FlowReport> RunAsync(int number, Activity? activity, CancellationToken cancellationToken)
    {
        activity?.SetTag(Instruments.ClientIdTag, options.Value.ClientId);
        activity?.SetTag(Instruments.KeyIdTag, keys.Key.Kid);

        var recorder = new FlowRecorder(number, time, activity);
        var failure = await TakeStepsSafelyAsync(recorder, isFirst: number == 1, cancellationToken);
        var outcome = failure?.Code ?? Instruments.Success;
        activity?.SetTag(Instruments.OutcomeTag, outcome);
        activity?.SetStatus(failure is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, failure?.Code);
        metrics.FlowEnded(outcome);
        return recorder.Finish(failure);
    }

    /// <summary>What no step foresaw is told as what it is, a fault of this program, and does not end the worker.</summary>
    private async Task<FlowFailure?> TakeStepsSafelyAsync(FlowRecorder recorder, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            return await TakeStepsAsync(recorder, isFirst, cancellationToken);
        }
        catch (TokenException exception)
        {
            return FlowFailures.KeyUnavailable(recorder.CurrentStep, exception);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Unexpected(logger, recorder.CurrentStep, exception);
            return FlowFailures.Unexpected(recorder.CurrentStep, exception);
        }
    }

    private async Task<FlowFailure?> TakeStepsAsync(FlowRecorder recorder, bool isFirst, CancellationToken cancellationToken)
    {
        ReportKey(recorder, isFirst);
        var failure = await recorder.StepAsync(FlowSteps.Enrolment, () => EnrolAsync(recorder, cancellationToken))
            ?? await recorder.StepAsync(FlowSteps.Jwks, () => ReadJwksAsync(recorder, cancellationToken))
            ?? await recorder.StepAsync(FlowSteps.Token, () => ObtainTokenAsync(recorder, cancellationToken))
            ?? await recorder.StepAsync(FlowSteps.Orders, () => ReadOrdersAsync(recorder, cancellationToken));
        if (failure is { Step: FlowSteps.Token, IsPermanent: true })
        {
            enrolment.LookAgain();
        }

        return failure;
    }

    /// <summary>The key was made or opened at the start of the process; the first flow reports the time that took.</summary>
    private void ReportKey(FlowRecorder recorder, bool isFirst)
    {
        var key = keys.Key;
        recorder.Key = new KeyReport(key.Kid, key.Public.Algorithm.Name, keys.File, isFirst && keys.Created);
        recorder.AddStep(FlowSteps.Key, isFirst ? keys.Elapsed : TimeSpan.Zero);
    }

    private async Task<FlowFailure?> EnrolAsync(FlowRecorder recorder, CancellationToken cancellationToken)
    {
        var outcome = await enrolment.EnsureAsync(cancellationToken);
        recorder.Enrolment = outcome.Value;
        return outcome.Failure;
    }

    private async Task<FlowFailure?> ReadJwksAsync(FlowRecorder recorder, CancellationToken cancellationToken)
    {
        var outcome = await enrolment.GetPublishedAsync(cancellationToken);
        recorder.Jwks = outcome.Value;
        return outcome.Failure;
    }

    private async Task<FlowFailure?> ObtainTokenAsync(FlowRecorder recorder, CancellationToken cancellationToken)
    {
        var result = await tokens.GetAsync(cancellationToken);
        ReportToken(recorder, result.Token);
        return result.TryGetToken(out _, out var failure) ? null : FlowFailures.NoToken(failure, time);
    }

    private async Task<FlowFailure?> ReadOrdersAsync(FlowRecorder recorder, CancellationToken cancellationToken)
    {
        var outcome = await orders.GetAllAsync(cancellationToken);
        recorder.Orders = outcome.Value;

        // The API may have had the token renewed.
        ReportToken(recorder, tokens.State.Token);
        return outcome.Failure;
    }

    private void ReportToken(FlowRecorder recorder, AccessToken? token)
    {
        recorder.Assertion = tokens.State.NewestAssertion is { } newest ? new AssertionReport(newest.Header, newest.Claims) : null;
        recorder.Token = token is null ? null : Describe(token, fromCache: token.RequestedAt < recorder.StartedAt);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The flow failed at {Step} in a way that this program does not foresee.")]
        public static partial void Unexpected(ILogger logger, string step, Exception exception);
    }
}
