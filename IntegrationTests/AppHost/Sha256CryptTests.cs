using B2BAssertions.AppHost.Curity.Configuration;

using Xunit;

namespace B2BAssertions.IntegrationTests.AppHost;

public sealed class Sha256CryptTests
{
    /// <summary>As <c>openssl passwd -5</c> prints them; the first is the specification's own, the others have longer and shorter texts.</summary>
    [Theory]
    [InlineData("Hello world!", "saltstring", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5")]
    [InlineData("x", "abc", "$5$abc$sCOGUciM.GdmYMCUvmUcgu03oRH87O0clF96.9mwWGB")]
    [InlineData("we have a short salt string but not a short password", "short", "$5$short$k38kpRP0CfxHLIcmymaSTFLK.iFfF4tKryDuEGKp6SC")]
    [InlineData("thirty-two characters, no more..", "sixteencharacter", "$5$sixteencharacter$yb8iw98azLXQOl.z16NGDR8GbvERvyyOfYAA5E7d.d2")]
    public void A_hash_is_what_openssl_makes(string password, string salt, string expected) => Assert.Equal(expected, Sha256Crypt.Hash(password, salt));

    [Fact]
    public void Two_hashes_of_one_password_have_different_salts() => Assert.NotEqual(Sha256Crypt.Hash("same"), Sha256Crypt.Hash("same"));
}
