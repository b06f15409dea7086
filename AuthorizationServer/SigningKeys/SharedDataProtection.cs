using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml;
using System.Xml.Linq;

using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.DatabaseDefaults;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>
/// ASP.NET Data Protection with its own keys in the database, for the private signing keys. Data Protection keeps its keys in memory for a
/// day and looks for an unknown one in its first two minutes only, too late for a replica that meets what another has just protected. A
/// process opens each signing key once, so every time begins with the keys as they are in the database now. Its keys' lifetimes go by the
/// system's clock.
/// </summary>
internal sealed class SharedDataProtection(IServiceProvider services, CertificateFiles certificates, ILoggerFactory loggers)
{
    /// <summary>Part of what is protected: with another name nothing could be opened any more.</summary>
    private const string ApplicationName = "B2BAssertions.AuthorizationServer";

    private const string Purpose = "SigningKeys.v1";

    /// <summary>How Data Protection marks the secret in a key that is not encrypted.</summary>
    private static readonly XName Unencrypted = XName.Get("requiresEncryption", "http://schemas.asp.net/2015/03/dataProtection");

    /// <summary>With a certificate, nothing new is protected by a key of the time before it.</summary>
    /// <exception cref="KeyUnreadableException">The certificate is not the one that the service has: others could not open the new key, or anybody could.</exception>
    public string Protect(byte[] secret)
    {
        AssertSameCertificate();
        using var provider = Open(mayMakeKeys: true);
        return Convert.ToBase64String(ProtectorOf(provider).Protect(secret));
    }

    /// <exception cref="KeyUnreadableException">It cannot be opened.</exception>
    public byte[] Unprotect(string secret)
    {
        using var provider = Open(mayMakeKeys: false);
        try
        {
            var payload = Convert.FromBase64String(secret);
            // Before Data Protection looks for a key to protect with, which it tries for seconds when it cannot open one.
            return provider.GetRequiredService<IKeyManager>().GetAllKeys().FirstOrDefault(key => IsFor(payload, key)) is { } key && !IsReadable(key)
                ? throw Unreadable(key)
                : ProtectorOf(provider).Unprotect(payload);
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or XmlException && !exception.IsDatabaseFailure())
        {
            throw new KeyUnreadableException("it does not open with the data protection keys in the database", exception);
        }
    }

    /// <summary>How many keys in the database are not encrypted, and could protect something.</summary>
    public int CountUnencrypted() => Repository().GetAllElements().Count(element => IsKey(element) && IsUnencrypted(element));

    private static IDataProtector ProtectorOf(ServiceProvider provider) =>
        provider.GetRequiredService<IDataProtectionProvider>().CreateProtector(Purpose);

    /// <summary>A protected payload begins with four bytes that mark it and the id of its key.</summary>
    private static bool IsFor(ReadOnlySpan<byte> payload, IKey key) => payload.Length > 20 && new Guid(payload[4..20]) == key.KeyId;

    /// <summary>
    /// A key that is encrypted tells that the service has a certificate, however long ago the key expired: each is used for 90 days, and then
    /// nothing else would tell. With a certificate one of them must open; others may be of a former one that was taken out since.
    /// </summary>
    private void AssertSameCertificate()
    {
        var encrypted = Repository().GetAllElements()
            .Where(element => IsKey(element) && !IsUnencrypted(element))
            .Select(element => (string?)element.Attribute("id"))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (encrypted.Count == 0)
        {
            return;
        }

        if (certificates.Current is null)
        {
            throw new KeyUnreadableException("the data protection keys in the database are encrypted, and no certificate is set here");
        }

        using var provider = Open(mayMakeKeys: false);
        var keys = provider.GetRequiredService<IKeyManager>().GetAllKeys().Where(key => encrypted.Contains(key.KeyId.ToString())).ToList();
        if (!keys.Any(IsReadable))
        {
            throw new KeyUnreadableException("none of the encrypted data protection keys in the database opens with the certificate that is set here");
        }
    }

    private static bool IsReadable(IKey key)
    {
        try
        {
            return key.CreateEncryptor() is not null;
        }
        catch (Exception exception) when (exception is CryptographicException or XmlException or FormatException or ArgumentException)
        {
            return false;
        }
    }

    private static KeyUnreadableException Unreadable(IKey key) => new($"the data protection key {key.KeyId} cannot be opened");

    /// <summary>The others revoke keys.</summary>
    private static bool IsKey(XElement element) => element.Name.LocalName == "key";

    private static bool IsUnencrypted(XElement key) => key.Descendants().Any(element => element.Attribute(Unencrypted) is not null);

    private EntityFrameworkCoreXmlRepository<AuthorizationDbContext> Repository() => new(services, loggers);

    private ServiceProvider Open(bool mayMakeKeys)
    {
        var own = new ServiceCollection();
        own.AddSingleton(loggers);
        var protection = own.AddDataProtection().SetApplicationName(ApplicationName);
        own.Configure<KeyManagementOptions>(options => options.AutoGenerateKeys = mayMakeKeys);
        if (certificates.Current is { } certificate)
        {
            protection.ProtectKeysWithCertificate(certificate);
        }

        protection.UnprotectKeysWithAnyCertificate([.. certificates.Former]);
        own.Configure<KeyManagementOptions>(options => options.XmlRepository = mayMakeKeys && certificates.Current is { } current
            ? new OnlyUnder(current, Repository())
            : Repository());
        return own.BuildServiceProvider();
    }

    /// <summary>Of the keys those that are encrypted for the certificate, which stands beside what it encrypts; and what revokes a key.</summary>
    private sealed class OnlyUnder(X509Certificate2 certificate, IXmlRepository all) : IXmlRepository
    {
        private readonly string _certificate = Convert.ToBase64String(certificate.RawData);

        public IReadOnlyCollection<XElement> GetAllElements() =>
        [
            .. all.GetAllElements().Where(element => !IsKey(element) || element.Descendants().Any(part =>
                part.Name.LocalName == "X509Certificate" && part.Value == _certificate)),
        ];

        public void StoreElement(XElement element, string friendlyName) => all.StoreElement(element, friendlyName);
    }
}
