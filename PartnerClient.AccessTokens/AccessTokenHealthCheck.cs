using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>Fails while the circuit is open, although a token may still be good: now is the time to look.</summary>
internal sealed class AccessTokenHealthCheck(IAccessTokenSource tokens) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = tokens.State;
        var data = new Dictionary<string, object> { ["circuit"] = state.Circuit.ToString() };
        if (state.Token is { } token)
        {
            data["usableUntil"] = token.UsableUntil;
        }

        if (state.Failure is not { } failure)
        {
            return Task.FromResult(HealthCheckResult.Healthy(data: data));
        }

        data["code"] = failure.Code;
        data["retryAt"] = failure.RetryAt;
        return Task.FromResult(new HealthCheckResult(
            context.Registration.FailureStatus, $"{failure.Code}: {failure.Message} {failure.WhatToDo}", data: data));
    }
}
