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

    private const string CertificateSetting = $"{DataProtectionOptions.Section}:{nameof(DataProtectionOptions.CertificateFile)}";

    /// <summary>How Data Protection marks the secret in a key that is not encrypted.</summary>
    private static readonly XName Unencrypted = XName.Get("requiresEncryption", "http://schemas.asp.net/2015/03/dataProtection");

    /// <summary>With a certificate, nothing new is protected by a key of the time before it.</summary>
    /// <exception cref="KeyUnreadableException">The certificate is not the one that the service has: others could not open the new key, or anybody could.</exception>
    public string Protect(byte[] secret)
    {
        AssertSameCertificate();
        using var provider = Open(certificates.Current is { } certificate ? new OnlyUnder(certificate, Repository()) : Repository(), mayMakeKeys: true);
        return Convert.ToBase64String(ProtectorOf(provider).Protect(secret));
    }

    /// <exception cref="KeyUnreadableException">It cannot be opened.</exception>
    public byte[] Unprotect(string secret)
    {
        try
        {
            var payload = Convert.FromBase64String(secret);
            var id = KeyIdIn(payload);
            using var provider = Open(new OneKey(id, Repository()));
            // Before Data Protection looks for a key to protect with, which it tries for seconds when it cannot open one.
            return provider.GetRequiredService<IKeyManager>().GetAllKeys().FirstOrDefault() switch
            {
                null => throw new KeyUnreadableException(
                    $"its data protection key {id} is not in the database: restore that row of the table DataProtectionKeys"),
                { IsRevoked: true } => throw new KeyUnreadableException($"its data protection key {id} is revoked"),
                { } key when !IsReadable(key) => throw new KeyUnreadableException(
                    $"its data protection key {id} does not open: set {CertificateSetting}, or FormerCertificates, to the certificate that protects it, "
                    + "as the other replicas have it"),
                _ => ProtectorOf(provider).Unprotect(payload),
            };
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or XmlException && !exception.IsDatabaseFailure())
        {
            throw new KeyUnreadableException("it does not open with its data protection key: somebody changed the row", exception);
        }
    }

    /// <summary>How many keys in the database are not encrypted, and could protect something.</summary>
    public int CountUnencrypted() => Repository().GetAllElements().Count(element => IsKey(element) && IsUnencrypted(element));

    private static IDataProtector ProtectorOf(ServiceProvider provider) =>
        provider.GetRequiredService<IDataProtectionProvider>().CreateProtector(Purpose);

    /// <summary>A protected payload begins with four bytes that mark it and the id of its key.</summary>
    private static Guid KeyIdIn(ReadOnlySpan<byte> payload) =>
        payload.Length > 20 ? new Guid(payload[4..20]) : throw new FormatException("It is too short to name a key.");

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

        using var provider = Open(Repository());
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

    /// <summary>The others revoke keys.</summary>
    private static bool IsKey(XElement element) => element.Name.LocalName == "key";

    private static bool IsUnencrypted(XElement key) => key.Descendants().Any(element => element.Attribute(Unencrypted) is not null);

    private EntityFrameworkCoreXmlRepository<AuthorizationDbContext> Repository() => new(services, loggers);

    private ServiceProvider Open(IXmlRepository keys, bool mayMakeKeys = false)
    {
        var own = new ServiceCollection();
        own.AddSingleton(loggers);
        var protection = own.AddDataProtection().SetApplicationName(ApplicationName);
        if (certificates.Current is { } certificate)
        {
            protection.ProtectKeysWithCertificate(certificate);
        }

        protection.UnprotectKeysWithAnyCertificate([.. certificates.Former]);
        own.Configure<KeyManagementOptions>(options => (options.AutoGenerateKeys, options.XmlRepository) = (mayMakeKeys, keys));
        return own.BuildServiceProvider();
    }

    /// <summary>
    /// One key, at any time, and what revokes it. Data Protection opens nothing unless some key may protect at this moment, although the dates
    /// of a key limit only what it may protect: it opens that for ever, also when the clock is behind or the key has long expired.
    /// </summary>
    private sealed class OneKey(Guid id, IXmlRepository all) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() =>
            [.. all.GetAllElements().Where(element => !IsKey(element) || (Guid?)element.Attribute("id") == id).Select(WithoutDates)];

        public void StoreElement(XElement element, string friendlyName) => throw new InvalidOperationException("Nothing is protected here.");

        private static XElement WithoutDates(XElement element)
        {
            if (!IsKey(element))
            {
                return element;
            }

            var key = new XElement(element);
            key.SetElementValue("activationDate", DateTimeOffset.UnixEpoch);
            key.SetElementValue("expirationDate", new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero));
            return key;
        }
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
