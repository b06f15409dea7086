using System.Security.Cryptography;

using B2BAssertions.Jose;

using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

public sealed class SigningKeyTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, 987, TimeSpan.Zero));

    public static TheoryData<string> Algorithms => [.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_JWT_is_about_its_signer_in_whole_seconds_and_the_public_half_verifies_it(string algorithm)
    {
        using var key = NewKey(algorithm);

        var compact = key.CreateJwt("some+jwt", "partner-a", "https://audience.example.test", TimeSpan.FromSeconds(60), _time);

        var jwt = new JsonWebToken(compact);
        var now = _time.Start.ToUnixTimeSeconds();
        Assert.Equal((algorithm, key.Kid, "some+jwt"), (jwt.Alg, jwt.Kid, jwt.Typ));
        Assert.Equal(("partner-a", "partner-a"), (jwt.Issuer, jwt.Subject));
        Assert.Equal("https://audience.example.test", jwt.GetPayloadValue<string>("aud"));
        Assert.Equal((now, now + 60), (jwt.GetPayloadValue<long>("iat"), jwt.GetPayloadValue<long>("exp")));
        Assert.True(JwsSignature.IsValid(compact, key.Public));
    }

    [Fact]
    [Trait("Rule", "PC-01")]
    public void No_two_JWTs_have_the_same_id()
    {
        using var key = NewKey("ES256");

        var ids = Enumerable.Range(0, 3).Select(_ => new JsonWebToken(
            key.CreateJwt("some+jwt", "partner-a", "audience", TimeSpan.FromSeconds(60), _time)).Id).ToList();

        Assert.Equal(3, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(22, id.Length));
    }

    [Fact]
    public void A_weak_key_is_refused()
    {
        using var weak = RSA.Create(1024);

        var exception = Assert.Throws<ArgumentException>(() => SigningKey.From(weak));

        Assert.Contains("1024 bits", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_text_is_the_kid()
    {
        using var key = NewKey("ES256");

        Assert.Equal(key.Public.Thumbprint, key.ToString());
    }

    private static SigningKey NewKey(string algorithm) =>
        SigningKey.From(algorithm == "ES256" ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048));
}
