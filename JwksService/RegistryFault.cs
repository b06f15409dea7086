using B2BAssertions.Jose;
using B2BAssertions.JwksService.Access;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http.HttpResults;

namespace B2BAssertions.JwksService;

/// <summary>Why the registry refused what it was asked for.</summary>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Code">Stable code, a row of docs/errors.md.</param>
/// <param name="Detail">What to do about it; for the sender and for the log, never a secret.</param>
internal sealed record RegistryFault(int Status, string Code, string Detail)
{
    /// <summary>When it is worth to try again; null where that cannot be told, or the answer has told it.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static readonly RegistryFault PartnerUnknown = NotFound(
        "partner_unknown", "No partner has this client id. Check the client id in the address.");

    public static readonly RegistryFault NoDefaultPartner = NotFound(
        "no_default_partner", "No default partner is configured here. Read the partner's own address: /partners/{clientId}/.well-known/jwks.");

    public static readonly RegistryFault PartnerDuplicate = Conflict(
        "partner_duplicate", "A partner with this client id is there already. Look it up, or choose another client id.");

    public static readonly RegistryFault PartnerSuspended = new(
        StatusCodes.Status403Forbidden, "partner_suspended", "The partner is suspended: nothing of it can be changed. Ask the operator.");

    public static readonly RegistryFault PartnerForeign = new(
        StatusCodes.Status403Forbidden,
        "partner_foreign",
        "The access token is another partner's: with the scope keys a partner reaches its own keys alone.");

    public static readonly RegistryFault EnrolmentUnknown = NotFound(
        "enrolment_unknown", "The partner has no enrolment token with this id. Take ids from the list of its enrolments.");

    public static readonly RegistryFault KeyUnknown = NotFound(
        "registry_key_unknown", "The partner has no key with this kid or thumbprint. Take it from the list of its keys.");

    public static readonly RegistryFault KeyLimitReached = Conflict(
        "key_limit_reached",
        $"The partner publishes {PartnerKey.MaxPublished} keys, which is the most. Retire or revoke one that is no longer used.");

    public static readonly RegistryFault KeyLastUsable = Conflict(
        "key_last_usable",
        "No other key of the partner would be active and stay. Register another and wait until it is active; an operator can revoke even the last.");

    public static readonly RegistryFault TooManyRequests = new(
        StatusCodes.Status429TooManyRequests,
        "too_many_requests",
        "Too many submissions or unknown client ids from this address, or changes by this partner. Try again after the time in Retry-After.");

    public static readonly RegistryFault TokenInvalid = Unauthorized(
        "enrolment_token_invalid", "The enrolment token is not one of this partner. Check the client id in the address and the token.");

    public static readonly RegistryFault TokenUsed = Unauthorized(
        "enrolment_token_used", "The enrolment token has registered a key already. If that key is not yours, tell the operator at once.");

    public static readonly RegistryFault TokenRevoked = Unauthorized(
        "enrolment_token_revoked", "The enrolment token was withdrawn. Use the one that replaced it, or ask the operator for a new one.");

    public static readonly RegistryFault UnsupportedMediaType = new(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send the key and its proof as application/json.");

    public static readonly RegistryFault RequestTooLarge = new(
        StatusCodes.Status413PayloadTooLarge, "request_too_large", $"The body is longer than {Administration.MaxBodyBytes} bytes.");

    public static readonly RegistryFault ProofReplayed = BadRequest(
        "proof_replayed", "A proof with this jti has registered a key. Make a new proof, with a jti of its own, for every attempt.");

    public static readonly RegistryFault KeyDuplicate = Conflict(
        "key_duplicate",
        "The partner has, or had, this key or this kid. Make a new key, or name another kid.");

    /// <param name="malformed">What is wrong with the body, to go on after its name.</param>
    public static RegistryFault MalformedSubmission(string malformed) => BadRequest(
        "malformed_request", $"The body {malformed}: expected a JSON object with exactly a 'key' (the JWK) and a 'proof' (a JWT).");

    public static RegistryFault KeyRevoked(DateTimeOffset revokedAt) => Conflict(
        "key_revoked", $"This key was revoked at {revokedAt:u} and is never published again. Make a new key, and ask the operator for a new enrolment token.");

    public static RegistryFault KeyDailyLimitReached(int limit, TimeSpan retryAfter) => new(
        StatusCodes.Status429TooManyRequests,
        "key_daily_limit_reached",
        $"The partner has registered {limit} keys within 24 hours, which is the most. Try again after the time in Retry-After, or ask the operator.")
    {
        RetryAfter = retryAfter,
    };

    public static RegistryFault TokenExpired(DateTimeOffset expiredAt) => Unauthorized(
        "enrolment_token_expired", $"The enrolment token expired at {expiredAt:u}. Ask the operator for a new one.");

    public static RegistryFault AlgorithmNotAllowed(SigningAlgorithm algorithm, IEnumerable<string> allowed) => BadRequest(
        "jwk_algorithm_not_allowed", $"The key is one for {algorithm}, this partner may register keys for {string.Join(", ", allowed)}.");

    public static RegistryFault BadJwk(JwkFault fault) => BadRequest(fault.Code, fault.Message);

    public static RegistryFault BadProof(string code, string detail) => BadRequest(code, detail);

    public static RegistryFault MemberInvalid(string member, string expected) => BadRequest(
        "member_invalid", $"{member} is not accepted: expected {expected}.");

    public static RegistryFault PageInvalid(string detail) => BadRequest("page_invalid", detail);

    public static RegistryFault PartnerState(string state) => Conflict("partner_state", $"The partner is {state}.");

    public static RegistryFault EnrolmentNotOpen(EnrolmentState state) => Conflict(
        "enrolment_not_open", $"The enrolment token is {Word(state)} already, so nobody can use it.");

    public static RegistryFault KeyState(KeyState state, string rule) => Conflict("key_state", $"The key is {Word(state)}: {rule}.");

    public ProblemHttpResult ToProblem() => Problems.Create(Status, Code, Detail);

    private static string Word(Enum state) => state.ToString().ToLowerInvariant();

    private static RegistryFault NotFound(string code, string detail) => new(StatusCodes.Status404NotFound, code, detail);

    private static RegistryFault Conflict(string code, string detail) => new(StatusCodes.Status409Conflict, code, detail);

    private static RegistryFault BadRequest(string code, string detail) => new(StatusCodes.Status400BadRequest, code, detail);

    private static RegistryFault Unauthorized(string code, string detail) => new(StatusCodes.Status401Unauthorized, code, detail);
}
