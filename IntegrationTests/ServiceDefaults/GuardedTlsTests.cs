using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults.GuardedConnections;

using Xunit;

namespace B2BAssertions.IntegrationTests.ServiceDefaultsTests;

/// <summary>What a guarded connection believes a server's certificate, and whom it does not ask about it.</summary>
public sealed class GuardedTlsTests : IDisposable
{
    private const string Host = "keys.partner.example";

    private readonly ScriptedNetwork _network = new();
    private readonly X509Certificate2 _root = Issue("Root", issuer: null, CaExtensions());
    private readonly X509Certificate2 _intermediate;

    public GuardedTlsTests() => _intermediate = Issue("Intermediate", _root, CaExtensions());

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
    }

    [Theory]
    [Trait("Rule", "JW-04")]
    [InlineData(Host, SslPolicyErrors.RemoteCertificateChainErrors)]
    [InlineData("other.example", SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch)]
    public async Task TLS_asks_for_the_hosts_name_and_checks_it(string certified, SslPolicyErrors expected)
    {
        using var leaf = Leaf(certified);
        await using var server = new TlsServer(leaf, _intermediate);

        var (body, errors) = await GetAsync(server);

        Assert.Null(body);
        Assert.Equal(expected, errors);
        Assert.Equal(Host, server.NameAskedFor);
    }

    [Fact]
    [Trait("Rule", "JW-04")]
    public async Task Nobody_is_asked_for_an_issuers_certificate_that_the_server_does_not_send_nor_for_revocations()
    {
        await using var elsewhere = new RawServer();
        using var leaf = Leaf(
            Host,
            new X509AuthorityInformationAccessExtension([$"{elsewhere.Address}/ocsp"], [$"{elsewhere.Address}/intermediate.cer"]),
            CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([$"{elsewhere.Address}/crl"]));
        await using var server = new TlsServer(leaf);

        // Whoever asked would do so before the answer is there.
        Assert.Equal((null, SslPolicyErrors.RemoteCertificateChainErrors), await GetAsync(server));
        Assert.Equal((0, 0), (elsewhere.Requests, elsewhere.Open));

        await using var complete = new TlsServer(leaf, _intermediate);
        Assert.Equal(("hello", SslPolicyErrors.None), await GetAsync(complete, TrustRoot));
        Assert.Equal((0, 0), (elsewhere.Requests, elsewhere.Open));
    }

    [Theory]
    [Trait("Rule", "JW-04")]
    [InlineData(Host, SslPolicyErrors.None)]
    [InlineData("other.example", SslPolicyErrors.RemoteCertificateNameMismatch)]
    public async Task Intermediates_that_the_server_sends_lead_to_a_trusted_root_and_the_name_still_counts(string certified, SslPolicyErrors expected)
    {
        using var leaf = Leaf(certified);
        await using var server = new TlsServer(leaf, _intermediate);

        Assert.Equal((expected == SslPolicyErrors.None ? "hello" : null, expected), await GetAsync(server, TrustRoot));
    }

    [Fact]
    [Trait("Rule", "JW-04")]
    public async Task A_certificate_that_is_not_for_servers_is_refused_though_its_root_is_trusted()
    {
        using var leaf = Leaf(Host, new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        await using var server = new TlsServer(leaf, _intermediate);

        Assert.Equal((null, SslPolicyErrors.RemoteCertificateChainErrors), await GetAsync(server, TrustRoot));
    }

    /// <summary>The guard's own policy, but for the roots: a test cannot change the system's.</summary>
    private void TrustRoot(X509ChainPolicy policy)
    {
        Assert.Equal(X509ChainTrustMode.System, policy.TrustMode);
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(_root);
    }

    private async Task<(string? Body, SslPolicyErrors? Errors)> GetAsync(TlsServer server, Action<X509ChainPolicy>? change = null)
    {
        _network.Let(Host, "127.0.0.1");
        SslPolicyErrors? found = null;
        using var handler = new ConnectionGuard(_network, new PermittedDestinations([Host], []), TimeProvider.System).CreateHandler();
        change?.Invoke(handler.SslOptions.CertificateChainPolicy!);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) =>
        {
            found = errors;
            return errors == SslPolicyErrors.None;
        };
        using var http = new HttpClient(handler);
        try
        {
            return (await http.GetStringAsync($"https://{Host}:{server.Port}/", TestContext.Current.CancellationToken), found);
        }
        catch (HttpRequestException)
        {
            return (null, found);
        }
    }

    private X509Certificate2 Leaf(string name, params X509Extension[] extensions)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        return Issue(name, _intermediate, [names.Build(), .. extensions]);
    }

    private static X509Extension[] CaExtensions() => [new X509BasicConstraintsExtension(true, false, 0, critical: true)];

    private static X509Certificate2 Issue(string name, X509Certificate2? issuer, params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        if (issuer is null)
        {
            return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        }

        using var certificate = request.Create(issuer, issuer.NotBefore, issuer.NotAfter, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
