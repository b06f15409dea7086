using System.Security.Cryptography;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>
/// OpenIddict does not start without a signing key, and the ring is read later. This one is the public half of a key whose private half is
/// gone: whatever would sign with it fails.
/// </summary>
internal static class Placeholder
{
    public static SigningCredentials Create()
    {
        using var gone = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicHalf = ECDsa.Create(gone.ExportParameters(includePrivateParameters: false));
        return new SigningCredentials(new ECDsaSecurityKey(publicHalf) { KeyId = "placeholder" }, SecurityAlgorithms.EcdsaSha256);
    }
}
