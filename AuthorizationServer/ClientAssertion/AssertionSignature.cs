using B2BAssertions.Jose;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>Verifies an assertion's signature with exactly one key and its one algorithm.</summary>
internal sealed class AssertionSignature
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = UnverifiedAssertion.MaxLength };

    public async Task<AssertionFault?> VerifyAsync(UnverifiedAssertion assertion, PublicJwk key)
    {
        var result = await _handler.ValidateTokenAsync(assertion.Text, new TokenValidationParameters
        {
            // Only the signature: the claims have rules of their own (AssertionClaimRules).
            ValidateAudience = false,
            ValidateIssuer = false,
            ValidateLifetime = false,
            RequireSignedTokens = true,
            ValidAlgorithms = [key.Algorithm.Name],
            IssuerSigningKeyResolver = (_, _, _, _) => [key.SecurityKey],
        });
        return result.IsValid
            ? null
            : new AssertionFault("assertion_signature_invalid", $"a signature by the key {key.KeyId}", result.Exception?.GetType().Name);
    }
}
