namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>The access token for all callers (RFC 6749 §4.4). Safe for use by any number of them at once.</summary>
public interface IAccessTokenSource
{
    /// <summary>What is known now: the newest token, the state of the circuit, the newest assertion without its signature.</summary>
    AccessTokenState State { get; }

    /// <summary>
    /// A token that is good for some seconds at least. Comes at once while there is one; otherwise with the answer to the one request in
    /// flight, which all callers share (PC-04). While the circuit is open its failure comes at once, and nothing is sent (PC-05).
    /// </summary>
    /// <param name="cancellationToken">Ends this caller's wait; the request goes on for the others.</param>
    /// <exception cref="OperationCanceledException">The caller gave up. What keeps a token from coming is a value, never an exception.</exception>
    ValueTask<AccessTokenResult> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Says that an API answered 401 to this token (RFC 6750 §3.1), so that the next caller gets another. However many say so of one token,
    /// it is renewed once.
    /// </summary>
    /// <returns>
    /// Whether another one can be had. False when this token itself replaced a refused one less than 30 seconds ago: an API that refuses
    /// every token is not helped by more of them. False while the circuit is open, too: then this token is kept, for APIs that still take it.
    /// </returns>
    bool Invalidate(AccessToken refused);

    /// <summary>The assertion that would be sent now: header and claims, never the signature. Reads metadata if the audience needs them.</summary>
    ValueTask<ClientAssertionPreview> PreviewAssertionAsync(CancellationToken cancellationToken = default);
}
