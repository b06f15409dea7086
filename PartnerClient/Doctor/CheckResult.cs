using B2BAssertions.PartnerClient.AccessTokens;

namespace B2BAssertions.PartnerClient.Doctor;

/// <summary>What a check came to; never a secret, an assertion or a token (PC-07).</summary>
/// <param name="Code">Stable code, a row of docs/errors.md; null unless it is a failure or a warning.</param>
/// <param name="Message">What was found, in one sentence; each fault a line of its own where there are several.</param>
/// <param name="WhatToDo">For the person who reads it; null when there is nothing to do.</param>
internal sealed record CheckResult(CheckStatus Status, string? Code, string Message, string? WhatToDo)
{
    public static CheckResult Ok(string message) => new(CheckStatus.Ok, null, message, null);

    public static CheckResult Warning(string code, string message, string whatToDo) => new(CheckStatus.Warning, code, message, whatToDo);

    public static CheckResult Failed(string code, string message, string whatToDo) => new(CheckStatus.Failed, code, message, whatToDo);

    /// <param name="cause">The name of the check that failed.</param>
    public static CheckResult Skipped(string cause) => new(CheckStatus.Skipped, null, $"'{cause}' comes first.", null);

    public static CheckResult From(AccessTokenFailure failure, string? whatToDo = null) =>
        Failed(failure.Code, failure.Message, whatToDo ?? failure.WhatToDo);
}
