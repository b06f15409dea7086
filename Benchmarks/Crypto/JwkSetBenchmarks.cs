using System.Security.Cryptography;

using B2BAssertions.Jose;

using BenchmarkDotNet.Attributes;

namespace B2BAssertions.Benchmarks.Crypto;

/// <summary>Reading a client's JWK Set: done once for each fetch, never for each token request.</summary>
[MemoryDiagnoser]
public class JwkSetBenchmarks
{
    private string _json = null!;

    [Params(1, 32)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void MakeSet()
    {
        var keys = Enumerable.Range(0, Keys).Select(number =>
        {
            using AsymmetricAlgorithm key = number % 2 == 0 ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return PublicJwk.FromKey(key);
        });
        _json = new JwkSet([.. keys]).ToJson().ToJsonString();
    }

    [Benchmark]
    public bool Parse() => JwkSet.TryParse(_json, out _, out _);
}
