using System.Buffers.Text;
using System.Security.Cryptography;

using B2BAssertions.PartnerClient.KeyPair;

using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.PartnerClient.Assertion;

/// <summary>JWTs that the partner signs about itself: client assertions (RFC 7523 §3) and proofs of possession.</summary>
internal sealed class PartnerJwt(PartnerKeySource keys, IOptions<PartnerClientOptions> options, TimeProvider time)
{
    /// <summary>128 bits, so that no two are ever alike (RFC 7519 §4.1.7).</summary>
    private const int JwtIdBytes = 16;

    /// <summary>Every time claim is set here, so that none is in milliseconds, local time or another clock's time.</summary>
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>A JWT with iss and sub the client id, a fresh jti, iat now, exp after the lifetime; never the same twice (PC-01).</summary>
    public string Create(string type, string audience, TimeSpan lifetime)
    {
        // NumericDate, in whole seconds (RFC 7519 §2, PC-02).
        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            SigningCredentials = keys.Key.SigningCredentials,
            Issuer = options.Value.ClientId,
            Audience = audience,
            IssuedAt = issuedAt,
            Expires = issuedAt + lifetime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = options.Value.ClientId,
                [JwtRegisteredClaimNames.Jti] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(JwtIdBytes)),
            },
        });
    }
}
