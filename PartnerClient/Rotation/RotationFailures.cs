using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Enrolment;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>Why a rotation does not go on, and what the partner can do about it. The present key goes on signing through all of them.</summary>
internal static class RotationFailures
{
    /// <summary>Beside the steps of the flow.</summary>
    public const string Step = "rotation";

    public const string KeyDuplicate = "key_duplicate";
    public const string KeyState = "key_state";
    public const string KeyUnknown = "registry_key_unknown";
    public const string ScopeRefusedCode = "rotation_scope_refused";

    public static FlowFailure KeyUnusable(string reason) => new(
        Step,
        "rotation_key_failed",
        $"The next key cannot be made or opened: {reason}",
        "See to it that there is room on the disk and that this user may write to the folder of the key; the next try comes by itself.",
        IsPermanent: false);

    public static FlowFailure StateUnwritable(string reason) => new(
        Step,
        "rotation_state_unwritable",
        $"{RotationStateFile.FileName} in the data directory cannot be written ({reason}).",
        "See to it that there is room on the disk and that this user may write there; the next try comes by itself.",
        IsPermanent: false);

    public static FlowFailure NotArchived(string reason) => new(
        Step,
        "rotation_archive_failed",
        $"The former key cannot be moved to the archive or erased: {reason}",
        "The new key signs and the former one is retired: only the file is left to move. The next try comes by itself.",
        IsPermanent: false);

    public static FlowFailure ScopeRefused(string reason) => new(
        Step,
        ScopeRefusedCode,
        $"This client gets no token with the scope '{SystemSettings.KeysScope}'. {reason}",
        "Ask the API owner to grant it; without it the operator has to rotate the key.",
        IsPermanent: true);

    public static FlowFailure NewKeyNotAccepted(string kid, FlowFailure reason) => new(
        Step,
        "rotation_key_not_accepted",
        $"The authorization server does not accept the new key {kid} yet, so the present one goes on signing. {reason.Message}",
        "Nothing to do for some minutes; if it stays so, ask the API owner where their server reads our key set.",
        IsPermanent: false,
        reason.RetryAfterSeconds);

    public static FlowFailure NotPublished(string kid, string jwksUri) => new(
        Step,
        "rotation_key_not_published",
        $"The registry has taken the new key {kid}, but it is not among those at {jwksUri}.",
        "Ask the API owner if it stays so; the next look comes by itself.",
        IsPermanent: false);

    public static FlowFailure NotUsable(string kid, string state) => new(
        Step,
        "rotation_key_taken_away",
        $"The new key {kid} is {ForeignText.Shown(state)} at the registry before it was used: another one is made.",
        "If that was not you, ask the API owner who did it.",
        IsPermanent: false);

    public static FlowFailure Unreadable(string address, Answer answer) => new(
        Step,
        "registry_unreadable",
        $"{address} {answer.Description}, and not as the key registry does.",
        $"Check that {RegistryClient.Setting} is the address of the key registry.",
        IsPermanent: false);

    public static FlowFailure Refused(string address, Answer answer)
    {
        var code = answer.ProblemCode ?? "rotation_refused";
        return new FlowFailure(
            Step,
            code,
            $"{address} {answer.Description}.",
            code switch
            {
                "partner_suspended" => "Ask the API owner why this partner is suspended, and to resume it.",
                "key_limit_reached" => "Retire or revoke keys that are no longer used: see 'JwksService keys list'.",
                "key_last_usable" => "Nothing to do: the registry does not count the new key yet; the next try comes by itself.",
                _ when code.StartsWith("proof_", StringComparison.Ordinal) =>
                    $"Check this machine's clock, and that {RegistryClient.Setting} is the registry's public address to the letter.",
                _ => "Ask the API owner, naming the trace id.",
            },
            IsPermanent: true);
    }
}
