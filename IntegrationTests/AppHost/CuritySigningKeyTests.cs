using System.Security.Cryptography.X509Certificates;

using B2BAssertions.AppHost.Curity.Configuration;
using B2BAssertions.Jose;

using Xunit;

namespace B2BAssertions.IntegrationTests.AppHost;

public sealed class CuritySigningKeyTests
{
    [Fact]
    public void The_keystore_holds_the_private_key_of_the_kid()
    {
        var made = CuritySigningKey.Create(TimeProvider.System);

        using var certificate = X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(made.Keystore), "default");
        using var key = certificate.GetRSAPrivateKey();

        Assert.Equal(2048, key!.KeySize);
        Assert.Equal(made.Kid, PublicJwk.FromKey(key).KeyId);
        Assert.DoesNotContain(made.Keystore, made.ToString());
    }
}
