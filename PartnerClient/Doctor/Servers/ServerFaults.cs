using System.Globalization;
using System.Net;
using System.Net.Security;

using B2BAssertions.PartnerClient.Http;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Doctor.Servers;

/// <summary>What any server can fail by: no connection, no trust, no answer of its own.</summary>
internal sealed class ServerFaults(ServerCertificates certificates)
{
    /// <param name="setting">The setting that has the server's address.</param>
    /// <returns>Null when the server answered and is not in distress.</returns>
    public CheckResult? Find(string address, Answer answer, string setting) => answer switch
    {
        { Status: null } when FindUntrusted(address) is { } untrusted => untrusted,
        { Status: HttpStatusCode.TooManyRequests } => CheckResult.Failed(
            "too_many_requests",
            $"{address} {answer.Description}.",
            "Wait a minute. If the worker meets it too, ask the API owner for more, or PollInterval may be too short."),
        { IsSuccess: false, IsTransient: true } => Unavailable(address, answer.Description, setting),
        { Status: HttpStatusCode.Forbidden, Json: null, IsChallenged: false } => CheckResult.Failed(
            "request_blocked",
            $"{address} {answer.Description} without saying why, as a firewall or proxy in between does and none of these servers.",
            $"Ask who operates it to let this machine pass. Some refuse a User-Agent that they do not know: set {SettingNames.UserAgent} to one that they do."),
        _ => null,
    };

    public static CheckResult Unavailable(string address, string what, string setting) => CheckResult.Failed(
        "server_unavailable",
        $"{address} {what}.",
        $"Check that {setting} is its address, that it runs, and that this machine may reach it (name server, firewall, HTTPS_PROXY).");

    /// <summary>Why the host of an address is not trusted; null when it is, or showed no certificate.</summary>
    public CheckResult? FindUntrusted(string address) => certificates.Find(address) is { IsTrusted: false } certificate
        ? CheckResult.Failed(
            "certificate_untrusted",
            $"{certificate.Host} shows a TLS certificate that is not trusted here: {Reason(certificate)}. Nothing was sent to it.",
            WhatToDo(certificate))
        : null;

    private static string Reason(ServerCertificate certificate)
    {
        string?[] reasons =
        [
            certificate.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) ? "it shows none" : null,
            certificate.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "it is another host's" : null,
            certificate.ChainFaults.Count > 0 ? string.Join(", ", certificate.ChainFaults) : null,
        ];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join(", ", reasons.OfType<string>())} (issued by {certificate.Issuer}, ends {certificate.EndsAt.UtcDateTime:yyyy-MM-dd})");
    }

    private static string WhatToDo(ServerCertificate certificate) => certificate switch
    {
        _ when certificate.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) =>
            "Use the host name of the certificate in the settings, or ask its operator. Somebody may stand between you and the server.",
        _ when certificate.ChainFaults.Contains("NotTimeValid") => "Check this machine's clock; if it is right, tell the operator of that host.",
        _ => "If that issuer is one that you mean to trust, such as your own, add its certificate to this machine's trust store "
            + "(on Linux also SSL_CERT_FILE). If not, somebody stands between you and the server: ask its operator.",
    };
}
