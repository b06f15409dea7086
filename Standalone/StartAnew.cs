using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.Standalone;

/// <summary>
/// When key and registry no longer fit together, as after a part of the data directory was deleted, the client can only name the API
/// owner. Here that is the same person, who may delete both.
/// </summary>
internal static class StartAnew
{
    private const string EnrolmentTokenCodes = "enrolment_token_";

    public static FlowFailure Advise(FlowFailure failure, DataFolder data) => IsAboutEnrolment(failure.Code)
        ? failure with { WhatToDo = $"{failure.WhatToDo} To start anew, delete {data.Path}." }
        : failure;

    private static bool IsAboutEnrolment(string code) =>
        code is "not_enrolled" or "key_duplicate" or "key_revoked" || code.StartsWith(EnrolmentTokenCodes, StringComparison.Ordinal);
}
