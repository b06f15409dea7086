using Microsoft.AspNetCore.Http;

namespace B2BAssertions.ResourceServer;

/// <summary>Why a request may not pass: what its sender is told. What was expected and found is for the log alone.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable code, a row of docs/errors.md.</param>
/// <param name="Detail">What the sender can do about it; the same for every fault of a token.</param>
/// <param name="Error">The <c>error</c> of the challenge (RFC 6750 §3.1); none when the request carried no token.</param>
internal sealed record AccessTokenRefusal(int Status, string Code, string Detail, string? Error)
{
    /// <summary>For the log: what was expected and found, where more than the code is to be told.</summary>
    public string? Reason { get; init; }

    /// <summary>When the same request may succeed; null when it needs another token.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static readonly AccessTokenRefusal Missing = new(
        StatusCodes.Status401Unauthorized,
        "token_missing",
        "Send an access token of the authorization server named by resource_metadata in the header 'Authorization: Bearer'.",
        Error: null);

    public static readonly AccessTokenRefusal Invalid = new(
        StatusCodes.Status401Unauthorized,
        "token_invalid",
        "The access token was refused. Get a new one for this API; if that is refused too, ask the operator to look up this trace id.",
        "invalid_token");

    public static readonly AccessTokenRefusal Repeated = new(
        StatusCodes.Status400BadRequest,
        "token_repeated",
        "Send one Authorization header with one access token.",
        "invalid_request");

    public static readonly AccessTokenRefusal Malformed = new(
        StatusCodes.Status400BadRequest,
        "token_malformed",
        "The Authorization header names the scheme Bearer, but no token in the form of RFC 6750 §2.1 follows.",
        "invalid_request");

    public static readonly AccessTokenRefusal ScopeMissing = new(
        StatusCodes.Status403Forbidden,
        "scope_missing",
        "The access token lacks the scope that the challenge names. Request a token with it; if it is not granted, ask the operator.",
        "insufficient_scope");

    public static readonly AccessTokenRefusal AuthorizationServerUnavailable = new(
        StatusCodes.Status503ServiceUnavailable,
        "authorization_server_unavailable",
        "The keys of the authorization server cannot be read at the moment, so no token can be checked. Try again after the time in Retry-After.",
        Error: null)
    {
        RetryAfter = IssuerKeys.Pause,
    };

    /// <summary>RS-09: the token may be a valid one, so it is not called invalid before the keys were read again.</summary>
    public static readonly AccessTokenRefusal KeyNotReadYet = new(
        StatusCodes.Status503ServiceUnavailable,
        "token_key_not_read_yet",
        "The access token names a key that was not among the authorization server's when this API read them, a moment ago. Try again after the "
            + "time in Retry-After: then they are read anew.",
        Error: null)
    {
        RetryAfter = IssuerKeys.Pause,
    };

    /// <summary>The token was not looked at: the ones before it from the same address failed.</summary>
    public static AccessTokenRefusal TooManyFailures(TimeSpan retryAfter) => new(
        StatusCodes.Status429TooManyRequests,
        "too_many_invalid_tokens",
        "Too many access tokens from your address were refused. Try again after the time in Retry-After, with a token that has not been refused.",
        Error: null)
    {
        RetryAfter = retryAfter,
    };
}
