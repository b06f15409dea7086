using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.PartnerClient.Token;

/// <summary>Why there is no access token, and what the partner can do about it.</summary>
internal static class TokenFailures
{
    public const string IssuerSetting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.Issuer)}";

    public const string RefusedCode = "token_refused";

    /// <summary>The server answered and said no (RFC 6749 §5.2): sending the same again would be hammering (PC-05).</summary>
    public static FlowFailure Refused(string endpoint, string error, string kid, string jwksUri) => Permanent(
        RefusedCode,
        $"{endpoint} refused the token request: {error}.",
        WhatToDo(error, kid, jwksUri));

    public static FlowFailure Unreadable(string endpoint, string what) => new(
        FlowSteps.Token,
        "token_unreadable",
        $"{endpoint} {what}.",
        $"Check that {IssuerSetting} is the address of the authorization server, and what stands between it and this machine.",
        IsPermanent: false);

    public static FlowFailure WrongType(string endpoint) => Permanent(
        "token_type_unsupported",
        $"{endpoint} gave a token of another type than {BearerToken.Scheme}.",
        "Ask the API owner to have bearer tokens issued to this client.");

    public static FlowFailure ScopeNotGranted(string endpoint, string asked) => Permanent(
        "scope_not_granted",
        $"{endpoint} gave a token without all of the scope '{asked}'.",
        $"Ask the API owner to grant it, or set {PartnerClientOptions.Section}:{nameof(PartnerClientOptions.Scope)} to what is granted.");

    private static string WhatToDo(string error, string kid, string jwksUri) => error switch
    {
        "invalid_client" =>
            $"Check this machine's clock, the client id, and that the key {kid} is at {jwksUri} and is the address that the API owner "
                + "configured; their log says which check failed, under this trace id.",
        "invalid_scope" =>
            $"Ask the API owner to grant the scope, or change {PartnerClientOptions.Section}:{nameof(PartnerClientOptions.Scope)}.",
        "unauthorized_client" => "Ask the API owner to allow client credentials for this client.",
        _ => "Ask the API owner, naming the trace id.",
    };

    private static FlowFailure Permanent(string code, string message, string whatToDo) =>
        new(FlowSteps.Token, code, message, whatToDo, IsPermanent: true);
}
