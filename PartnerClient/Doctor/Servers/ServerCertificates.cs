using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

using B2BAssertions.Jose;
using B2BAssertions.OutgoingHttp;

namespace B2BAssertions.PartnerClient.Doctor.Servers;

/// <summary>The certificates that were seen on the way. Which is trusted is decided as ever: this only looks on.</summary>
internal sealed class ServerCertificates
{
    private readonly ConcurrentDictionary<string, ServerCertificate> _seen = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyCollection<ServerCertificate> All => [.. _seen.Values.OrderBy(certificate => certificate.Host, StringComparer.Ordinal)];

    /// <summary>The one that a host of this address showed; null when there was none.</summary>
    public ServerCertificate? Find(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? _seen.GetValueOrDefault(uri.IdnHost) : null;

    /// <summary>The handler of every outgoing client, with eyes.</summary>
    public SocketsHttpHandler CreateHandler()
    {
        var handler = OutgoingHandler.Create();
        handler.SslOptions.RemoteCertificateValidationCallback = Look;
        return handler;
    }

    private bool Look(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var host = (sender as SslStream)?.TargetHostName ?? "";
        using var parsed = certificate is null ? null : new X509Certificate2(certificate);
        _seen[host] = new ServerCertificate(
            host,
            ForeignText.Shown(parsed?.Issuer) ?? "nobody",
            parsed is null ? DateTimeOffset.MinValue : new DateTimeOffset(parsed.NotAfter),
            errors,
            [.. (chain?.ChainStatus ?? []).Select(status => status.Status.ToString()).Distinct()]);
        return errors == SslPolicyErrors.None;
    }
}
