using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>Why a key was not enrolled.</summary>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Code">Stable code, a row of docs/errors.md.</param>
/// <param name="Detail">What to do about it; for the partner and for the log, never a secret.</param>
internal sealed record EnrolmentFault(int Status, string Code, string Detail)
{
    public static readonly EnrolmentFault TokenMissing = Unauthorized(
        "enrolment_token_missing", "Send the enrolment token in the header 'Authorization: Bearer', once.");

    public static readonly EnrolmentFault TokenInvalid = Unauthorized(
        "enrolment_token_invalid", "The enrolment token is not one of this partner. Check the client id in the address and the token.");

    public static readonly EnrolmentFault TokenUsed = Unauthorized(
        "enrolment_token_used", "The enrolment token has registered a key already. If that key is not yours, tell the operator at once.");

    public static readonly EnrolmentFault TokenRevoked = Unauthorized(
        "enrolment_token_revoked", "The enrolment token was withdrawn. Use the one that replaced it, or ask the operator for a new one.");

    public static readonly EnrolmentFault MalformedRequest = BadRequest(
        "malformed_request", "The body is not a JSON object with exactly a 'key' (the JWK) and a 'proof' (a JWT).");

    public static readonly EnrolmentFault UnsupportedMediaType = new(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send the key and its proof as application/json.");

    public static readonly EnrolmentFault RequestTooLarge = new(
        StatusCodes.Status413PayloadTooLarge, "request_too_large", $"The body is longer than {KeySubmission.MaxBodyBytes} bytes.");

    public static readonly EnrolmentFault ProofReplayed = BadRequest(
        "proof_replayed", "A proof with this jti has registered a key. Make a new proof, with a jti of its own, for every attempt.");

    public static readonly EnrolmentFault KeyDuplicate = new(
        StatusCodes.Status409Conflict,
        "key_duplicate",
        "The partner has, or had, this key or this kid. Make a new key, or name another kid.");

    public static EnrolmentFault TokenExpired(DateTimeOffset expiredAt) => Unauthorized(
        "enrolment_token_expired", $"The enrolment token expired at {expiredAt:u}. Ask the operator for a new one.");

    public static EnrolmentFault AlgorithmNotAllowed(SigningAlgorithm algorithm, IEnumerable<string> allowed) => BadRequest(
        "jwk_algorithm_not_allowed", $"The key is one for {algorithm}, this partner may register keys for {string.Join(", ", allowed)}.");

    public static EnrolmentFault BadJwk(JwkFault fault) => BadRequest(fault.Code, fault.Message);

    public static EnrolmentFault BadProof(string code, string detail) => BadRequest(code, detail);

    private static EnrolmentFault BadRequest(string code, string detail) => new(StatusCodes.Status400BadRequest, code, detail);

    private static EnrolmentFault Unauthorized(string code, string detail) => new(StatusCodes.Status401Unauthorized, code, detail);
}
