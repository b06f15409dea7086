using Microsoft.Extensions.Logging;

namespace B2BAssertions.PartnerClient.AccessTokens.Token;

/// <summary>One line when something changes: the first of several failures in a row, the success after them. The rest is for Debug.</summary>
internal static partial class AccessTokenLog
{
    public static void Tell(ILogger logger, AccessTokenCircuit before, AccessTokenResult result)
    {
        if (result.TryGetToken(out var token, out var failure))
        {
            var level = before == AccessTokenCircuit.Closed ? LogLevel.Debug : LogLevel.Information;
            Obtained(logger, level, token.Issuer, token.Scope, token.Lifetime.TotalSeconds);
            return;
        }

        var isNews = before == AccessTokenCircuit.Closed || (failure.IsPermanent && before != AccessTokenCircuit.Refused);
        Failed(
            logger,
            isNews ? LogLevel.Warning : LogLevel.Debug,
            failure.Code,
            failure.Message,
            failure.WhatToDo,
            failure.RetryAt);
    }

    [LoggerMessage("Got an access token of {Issuer} for '{Scope}', good for {Seconds:F0} s.")]
    private static partial void Obtained(ILogger logger, LogLevel level, string issuer, string? scope, double seconds);

    [LoggerMessage("No access token: {Code}. {Message} {WhatToDo} Next try not before {RetryAt:O}.")]
    private static partial void Failed(
        ILogger logger, LogLevel level, string code, string message, string whatToDo, DateTimeOffset retryAt);
}
