using System.Security.Cryptography;

using B2BAssertions.Jose;

namespace B2BAssertions.KeyFiles;

internal static class NewKey
{
    /// <param name="rsaBits">Size of the key where the algorithm is RSA's.</param>
    public static AsymmetricAlgorithm Create(SigningAlgorithm algorithm, int rsaBits) => algorithm == SigningAlgorithm.ES256
        ? ECDsa.Create(ECCurve.NamedCurves.nistP256)
        : RSA.Create(rsaBits);
}
