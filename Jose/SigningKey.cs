using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.Jose;

/// <summary>A private key to sign with, and its public half to show. Never printed.</summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>128 bits, so that no two are ever alike (RFC 7519 §4.1.7).</summary>
    private const int JwtIdBytes = 16;

    /// <summary>Every time claim is set here, so that none is in milliseconds, local time or another clock's time.</summary>
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly AsymmetricAlgorithm _key;

    private SigningKey(AsymmetricAlgorithm key, SecurityKey securityKey, PublicJwk publicJwk)
    {
        _key = key;
        Public = publicJwk;
        securityKey.KeyId = publicJwk.KeyId;

        // The library's cache goes by kid and is shared by the process: it would hold on to this object after its disposal.
        securityKey.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false };
        SigningCredentials = new SigningCredentials(securityKey, publicJwk.Algorithm.Name);
    }

    public PublicJwk Public { get; }

    /// <summary>The RFC 7638 thumbprint.</summary>
    public string Kid => Public.KeyId;

    public SigningCredentials SigningCredentials { get; }

    /// <summary>Takes the key over.</summary>
    /// <exception cref="ArgumentException">The key is too weak, too large or of a wrong kind; the message says so.</exception>
    public static SigningKey From(AsymmetricAlgorithm key)
    {
        var publicJwk = PublicJwk.FromKey(key);
        return key switch
        {
            RSA rsa => new SigningKey(key, new RsaSecurityKey(rsa), publicJwk),
            ECDsa ecdsa => new SigningKey(key, new ECDsaSecurityKey(ecdsa), publicJwk),
            _ => throw new ArgumentException($"Expected an RSA or EC key, found {key.GetType().Name}.", nameof(key)),
        };
    }

    /// <summary>
    /// A JWT that the key's owner signs about itself, such as a client assertion (RFC 7523 §3) or a proof of possession: iss and sub the
    /// owner, a fresh jti, iat now, exp after the lifetime; never the same twice (PC-01).
    /// </summary>
    /// <param name="type">
    /// The <c>typ</c> header: explicit, so that no JWT passes for one of another kind (RFC 8725 §3.11); null leaves it out, for receivers
    /// that know none.
    /// </param>
    public string CreateJwt(string? type, string owner, string audience, TimeSpan lifetime, TimeProvider time)
    {
        // NumericDate, in whole seconds (RFC 7519 §2, PC-02).
        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
        var jwtId = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(JwtIdBytes));
        if (type is null)
        {
            return CreateUntyped(owner, audience, new DateTimeOffset(issuedAt), lifetime, jwtId);
        }

        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            SigningCredentials = SigningCredentials,
            Issuer = owner,
            Audience = audience,
            IssuedAt = issuedAt,
            Expires = issuedAt + lifetime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = owner,
                [JwtRegisteredClaimNames.Jti] = jwtId,
            },
        });
    }

    public void Dispose() => _key.Dispose();

    public override string ToString() => Kid;

    /// <summary>By hand (RFC 7515 §7.1), because the library writes a <c>typ</c> whether it is asked to or not.</summary>
    private string CreateUntyped(string owner, string audience, DateTimeOffset issuedAt, TimeSpan lifetime, string jwtId)
    {
        var header = new JsonObject { ["alg"] = Public.Algorithm.Name, ["kid"] = Kid };
        var claims = new JsonObject
        {
            ["aud"] = audience,
            ["iss"] = owner,
            ["exp"] = (issuedAt + lifetime).ToUnixTimeSeconds(),
            ["iat"] = issuedAt.ToUnixTimeSeconds(),
            ["sub"] = owner,
            ["jti"] = jwtId,
        };
        var content = $"{Encode(header)}.{Encode(claims)}";
        using var provider = SigningCredentials.Key.CryptoProviderFactory.CreateForSigning(SigningCredentials.Key, SigningCredentials.Algorithm);
        return $"{content}.{Base64Url.EncodeToString(provider.Sign(Encoding.ASCII.GetBytes(content)))}";
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
