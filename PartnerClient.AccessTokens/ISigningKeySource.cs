using B2BAssertions.Jose;

namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>
/// The key to sign with now. Rotation may give another at any time: it is asked for each assertion, and what it gives is never kept.
/// Without an own registration it is the encrypted file that <see cref="AccessTokenOptions.KeyFile"/> names.
/// </summary>
public interface ISigningKeySource
{
    /// <summary>The key, which stays the source's: the caller does not dispose it, and it has to work until the call after the next.</summary>
    /// <param name="cancellationToken">The time of <see cref="AccessTokenOptions.RequestTimeout"/> is over: nobody waits any longer, heeded or not.</param>
    /// <exception cref="Exception">Whatever keeps the source from giving one: told as <c>signing_key_unavailable</c>, and tried again later.</exception>
    ValueTask<SigningKey> GetAsync(CancellationToken cancellationToken);
}
