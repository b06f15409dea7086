using System.Globalization;

using B2BAssertions.PartnerClient.Doctor.Servers;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>How the servers were reached: whether plain http is in use, and how long the TLS certificates that were seen are good.</summary>
internal sealed class TransportCheck(
    ServerCertificates certificates, IOptions<PartnerClientOptions> options, TimeProvider time) : ICheck
{
    /// <summary>Certificates that renew themselves do so earlier.</summary>
    private static readonly TimeSpan EndsSoon = TimeSpan.FromDays(14);

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        Uri[] servers = [new(options.Value.Issuer), new(options.Value.JwksService), new(options.Value.OrdersApi)];
        var plain = servers.Where(server => server.Scheme == Uri.UriSchemeHttp).DistinctBy(server => server.Authority).ToList();
        return Task.FromResult(CheckTrust() ?? CheckPlain([.. plain.Where(server => !server.IsLoopback)]) ?? CheckEnds() ?? Describe(plain));
    }

    /// <summary>A host whose certificate was refused has failed where it was needed; here it must not look well.</summary>
    private CheckResult? CheckTrust() => certificates.All.FirstOrDefault(certificate => !certificate.IsTrusted) is { } untrusted
        ? CheckResult.Failed(
            "certificate_untrusted",
            $"{untrusted.Host} shows a TLS certificate that is not trusted here.",
            "See the line above that met it.")
        : null;

    private static CheckResult? CheckPlain(List<Uri> servers) => servers.Count == 0 ? null : CheckResult.Warning(
        "http_in_use",
        $"{SettingNames.AllowHttp} is on, and {Hosts(servers)} is asked without TLS: who is in between can read and take the tokens.",
        $"Use https addresses, and leave {SettingNames.AllowHttp} out.");

    private CheckResult? CheckEnds() =>
        certificates.All.MinBy(certificate => certificate.EndsAt) is { } first && first.EndsAt - time.GetUtcNow() < EndsSoon
            ? CheckResult.Warning("certificate_ends_soon", $"The TLS certificate of {End(first)}.", "Tell the operator of that host.")
            : null;

    private CheckResult Describe(List<Uri> plain)
    {
        string?[] parts =
        [
            certificates.All.Count > 0 ? $"TLS; certificate of {string.Join(", of ", certificates.All.Select(End))}" : null,
            plain.Count > 0 ? $"plain http within this machine ({Hosts(plain)}), as {SettingNames.AllowHttp} permits" : null,
        ];
        var text = string.Join("; ", parts.OfType<string>());
        return text.Length > 0
            ? CheckResult.Ok(text)
            : new CheckResult(CheckStatus.Skipped, null, "No host showed a certificate.", null);
    }

    private static string Hosts(List<Uri> servers) => string.Join(", ", servers.Select(server => server.Authority));

    private static string End(ServerCertificate certificate) =>
        string.Create(CultureInfo.InvariantCulture, $"{certificate.Host} ends {certificate.EndsAt.UtcDateTime:yyyy-MM-dd}");
}
