using System.Net;

using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.AccessTokens.Http;
using B2BAssertions.PartnerClient.AccessTokens.Settings;

using Duende.IdentityModel;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Token;

/// <summary>Why there is no access token, and what the partner can do about it.</summary>
internal sealed class TokenFailures(IOptions<AccessTokenOptions> options, SettingNames names)
{
    /// <summary>What authorization servers commonly allow (FAPI 2.0 Security Profile §5.3.2.1), and what a slow answer cannot explain.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(10);

    private string IssuerSetting => names.Of(nameof(AccessTokenOptions.Issuer));

    private string ScopeSetting => names.Of(nameof(AccessTokenOptions.Scope));

    public static AccessTokenFailure Permanent(string code, string message, string whatToDo) => new(code, message, whatToDo, IsPermanent: true);

    public static AccessTokenFailure Temporary(string code, string message, string whatToDo) => new(code, message, whatToDo, IsPermanent: false);

    /// <summary>The server is away, overloaded or broken: trying again later is the thing to do.</summary>
    public AccessTokenFailure Unavailable(string address, Answer answer)
    {
        var failure = answer.IsTooMany
            ? Temporary("too_many_requests", $"{address} {answer.Description}.", "Nothing to do: the next try comes by itself, later.")
            : Temporary(
                "server_unavailable",
                $"{address} {answer.Description}.",
                $"Check that it runs and that {IssuerSetting} names it; nothing else is needed, the next try comes by itself.");
        return failure with { RetryAfter = answer.RetryAfter };
    }

    /// <summary>The server answered and said no (RFC 6749 §5.2): sending the same again would be hammering (PC-05).</summary>
    public AccessTokenFailure Refused(string endpoint, Answer answer, string? kid) => Permanent(
        "token_refused",
        $"{endpoint} refused the token request: {answer.Error}.",
        $"{AboutClock(answer)}{WhatToDo(answer.Error, kid)}") with
    {
        Error = answer.Error,
    };

    /// <summary>
    /// RFC 6749 §5.2 wants an error code, but not every server sends one. So it may be a proxy or a firewall in between, which passes, or the
    /// server itself.
    /// </summary>
    public AccessTokenFailure RefusedWithoutCode(string endpoint, Answer answer, string? kid) => Temporary(
        "token_unreadable",
        $"{endpoint} {answer.Description} without an error code (RFC 6749 §5.2).",
        $"Either the server refuses this client and does not say why: ask the API owner, with the client id '{options.Value.ClientId}' and the "
            + $"key {kid}. Or it was no token endpoint: check that {IssuerSetting} is the authorization server, and what stands between it and this "
            + $"machine{(answer.Status == HttpStatusCode.Forbidden ? $"; some firewalls refuse a User-Agent that they do not know ({names.Of(nameof(AccessTokenOptions.UserAgent))})" : "")}.");

    public AccessTokenFailure Unreadable(string endpoint, string what) => Temporary(
        "token_unreadable",
        $"{endpoint} {what}.",
        $"Check that {IssuerSetting} is the address of the authorization server, and what stands between it and this machine.");

    public static AccessTokenFailure WrongType(string endpoint) => Permanent(
        "token_type_unsupported",
        $"{endpoint} gave a token of another type than {BearerToken.Scheme}.",
        "Ask the API owner to have bearer tokens issued to this client.");

    public AccessTokenFailure ScopeNotGranted(string endpoint, string asked) => Permanent(
        "scope_not_granted",
        $"{endpoint} gave a token without all of the scope '{asked}'.",
        $"Ask the API owner to grant it, or set {ScopeSetting} to what is granted.");

    /// <summary>Sentences of the key files' own say what is wrong; of other exceptions nothing is known but that they are safe in a log.</summary>
    public static AccessTokenFailure NoKey(Exception cause) => Temporary(
        "signing_key_unavailable",
        cause is StartupException ? cause.Message : $"The key to sign the assertion with cannot be used ({cause.GetType().Name}).",
        "Put the key back in order: no restart is needed, the next try comes by itself.") with
    {
        Cause = cause,
    };

    /// <summary>A fault of this program, not of a server: the log has the exception.</summary>
    public static AccessTokenFailure Unexpected(Exception exception) => Temporary(
        "internal_error",
        $"The token request failed in this program ({exception.GetType().Name}).",
        "Report it with the exception in the log; the next try comes by itself.");

    /// <summary>The commonest cause of invalid_client is seen in the answer itself.</summary>
    private static string AboutClock(Answer answer) =>
        answer is { Error: OidcConstants.TokenErrors.InvalidClient, ClockAhead: { } ahead } && ahead.Duration() > ClockTolerance
            ? $"Set this machine's clock: it is {ahead.Duration().TotalSeconds:F0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the server's. "
            : "";

    private string WhatToDo(string? error, string? kid) => error switch
    {
        OidcConstants.TokenErrors.InvalidClient =>
            "Run 'PartnerClient doctor', or check by hand: this machine's clock, the client id "
                + $"'{options.Value.ClientId}', and that the key {kid} is in the JWK Set that the API owner configured for it. "
                + "Their log says which check failed, under this trace id. It is not asked again before the key changes or some minutes pass.",
        OidcConstants.TokenErrors.InvalidScope => $"Ask the API owner to grant the scope, or change {ScopeSetting}.",
        OidcConstants.TokenErrors.InvalidTarget =>
            $"Ask the API owner which resource it is, and set {names.Of(nameof(AccessTokenOptions.Resource))} (RFC 8707).",
        OidcConstants.TokenErrors.UnauthorizedClient => "Ask the API owner to allow client credentials for this client.",
        _ => "Ask the API owner, naming the trace id.",
    };
}
