using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>A key that takes the place of the first one, as a rotation has it.</summary>
internal static class OtherKey
{
    public static PublicJwk WriteTo(TokenSystem system)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        KeyFileMaker.Write(system.KeyFile, KeyFileMaker.Encrypt(key, KeyFileMaker.Password));
        var published = PublicJwk.FromKey(key);
        system.Issuer.Publish(published);
        return published;
    }
}
