namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>Why a client was not authenticated. For the log and the metrics, never for the response (AS-13).</summary>
/// <param name="Code">Stable code, a row of docs/errors.md.</param>
/// <param name="Expected">What would have been right.</param>
/// <param name="Found">What was sent; never the assertion or its signature.</param>
internal sealed record AssertionFault(string Code, string? Expected = null, string? Found = null)
{
    /// <summary>Whether the fault is not the client's, so that trying again makes sense.</summary>
    public bool IsTemporary => Code is "jwks_unavailable" or "assertion_possibly_used";
}
