using B2BAssertions.Jose;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>
/// The signature of a proof. Nothing but the submitted key and its algorithm counts: jku, x5u, jwk and x5c in the header are not
/// followed (RFC 8725 §3.10).
/// </summary>
internal static class ProofSignature
{
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = KeyProofValidator.MaxLength };

    /// <summary>Every key is checked once, so a kept signature provider would only be kept.</summary>
    private static readonly CryptoProviderFactory NoCache = new() { CacheSignatureProviders = false };

    public static async Task<bool> IsValidAsync(string proof, PublicJwk key) =>
        (await Handler.ValidateTokenAsync(proof, new TokenValidationParameters
        {
            IssuerSigningKey = key.SecurityKey,
            ValidAlgorithms = [key.Algorithm.Name],
            CryptoProviderFactory = NoCache,

            // The claims are checked by KeyProofValidator: strictly, by TimeProvider's clock, with a code for each rule.
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireExpirationTime = false,
        })).IsValid;
}
