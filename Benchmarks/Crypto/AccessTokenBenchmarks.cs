using System.Security.Cryptography;

using B2BAssertions.Jose;

using BenchmarkDotNet.Attributes;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.Benchmarks.Crypto;

/// <summary>An access token: what the choice between ES256, the default, and PS256 costs for each one (AT-01).</summary>
[MemoryDiagnoser]
public class AccessTokenBenchmarks
{
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    private SigningKey _key = null!;
    private string _token = null!;

    [Params("PS256", "ES256")]
    public string Algorithm { get; set; } = null!;

    [GlobalSetup]
    public void MakeKey()
    {
        _key = SigningKey.From(Algorithm == SigningAlgorithm.PS256.Name ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256));
        _token = Sign();
    }

    [GlobalCleanup]
    public void DisposeKey() => _key.Dispose();

    [Benchmark]
    public string Sign()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            SigningCredentials = _key.SigningCredentials,
            Issuer = "https://issuer.example",
            Audience = "https://orders.example",
            IssuedAt = now,
            Expires = now.AddMinutes(5),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = "partner-api-client",
                ["client_id"] = "partner-api-client",
                ["scope"] = "read",
                ["client_auth_method"] = "private_key_jwt",
                ["jti"] = "af0b9f7e-6c0f-4ef6-9a53-0c1a4c1f0a11",
            },
        });
    }

    [Benchmark]
    public bool Verify() => JwsSignature.IsValid(_token, _key.Public);
}
