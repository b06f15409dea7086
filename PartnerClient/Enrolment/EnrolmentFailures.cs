using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;

namespace B2BAssertions.PartnerClient.Enrolment;

/// <summary>Why a key is not enrolled, and what the partner can do about it. The registry's own codes are passed on as they are.</summary>
internal static class EnrolmentFailures
{
    public static FlowFailure NotEnrolled(string jwksUri, string kid, string clientId) => Permanent(
        "not_enrolled",
        $"The key {kid} is not among the keys of '{clientId}' at {jwksUri}, and there is no enrolment token to add it with.",
        $"Ask the API owner for an enrolment token and set {EnrolmentToken.Setting}.");

    public static FlowFailure Refused(string address, Answer answer, string kid)
    {
        var code = answer.ProblemCode ?? "enrolment_refused";
        return Permanent(code, $"{address} {answer.Description} to the key {kid}.", WhatToDo(code));
    }

    private static string WhatToDo(string code) => code switch
    {
        "partner_suspended" => "Ask the API owner why this partner is suspended, and to resume it.",
        "partner_unknown" =>
            "Ask the API owner to register this partner, or correct "
                + $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.ClientId)}.",
        "key_revoked" => "Your key was revoked: ask the API owner why. To go on with another key, move the key file away and ask for a new enrolment token.",
        "key_duplicate" => "The registry knows this key but does not publish it, as after its retirement: ask the API owner. "
            + "To start anew, move the key file away and ask for a new enrolment token.",
        _ when code.StartsWith("enrolment_token_", StringComparison.Ordinal) =>
            $"Ask the API owner for a new enrolment token and set {EnrolmentToken.Setting}. If the key file was lost or replaced, "
                + "restoring the old one helps as well.",
        _ when code.StartsWith("proof_", StringComparison.Ordinal) =>
            $"Check this machine's clock, and that {RegistryClient.Setting} is the registry's public address to the letter.",
        _ when code.StartsWith("jwk_", StringComparison.Ordinal) =>
            "Ask the API owner which keys are accepted; to have another made, change Algorithm or RsaKeySize and move the key file away.",
        _ => $"Check that {RegistryClient.Setting} is the address of the key registry, and ask the API owner, naming the trace id.",
    };

    private static FlowFailure Permanent(string code, string message, string whatToDo) =>
        new(FlowSteps.Enrolment, code, message, whatToDo, IsPermanent: true);
}
