using System.Security.Cryptography;

using B2BAssertions.Jose;

using BenchmarkDotNet.Attributes;

using Duende.IdentityModel;

namespace B2BAssertions.Benchmarks.Crypto;

/// <summary>A client assertion: the partner signs it, the authorization server reads it and checks the signature.</summary>
[MemoryDiagnoser]
public class AssertionBenchmarks
{
    private SigningKey _key = null!;
    private string _assertion = null!;

    [Params("PS256", "ES256")]
    public string Algorithm { get; set; } = null!;

    [GlobalSetup]
    public void MakeKey()
    {
        _key = SigningKey.From(Algorithm == SigningAlgorithm.PS256.Name ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256));
        _assertion = Sign();
    }

    [GlobalCleanup]
    public void DisposeKey() => _key.Dispose();

    [Benchmark]
    public string Sign() =>
        _key.CreateJwt(
            JwtClaimTypes.JwtTypes.ClientAuthentication, "partner-api-client", "https://issuer.example", TimeSpan.FromSeconds(60), TimeProvider.System);

    [Benchmark]
    public bool Read() => UnverifiedJwt.TryParse(_assertion, out _);

    [Benchmark]
    public bool Verify() => JwsSignature.IsValid(_assertion, _key.Public);
}
