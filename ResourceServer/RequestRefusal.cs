using Microsoft.AspNetCore.Authorization;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// A service's own reason to refuse a request whose token is sound and has the scope: its authorization handler fails the context with it.
/// The answer is a problem with this code; the challenge beside it names no error, because another token of the same kind would not help.
/// </summary>
/// <param name="handler">The handler that refuses.</param>
/// <param name="status">HTTP status; in most cases 403.</param>
/// <param name="code">Stable code, a row of docs/errors.md.</param>
/// <param name="detail">What the sender can do about it; never a secret.</param>
/// <param name="reason">For the log: what was expected and what was found; never a secret, and fit to be printed.</param>
public sealed class RequestRefusal(IAuthorizationHandler handler, int status, string code, string detail, string? reason = null)
    : AuthorizationFailureReason(handler, code)
{
    internal AccessTokenRefusal Refusal { get; } = new(status, code, detail, Error: null) { Reason = reason };
}
