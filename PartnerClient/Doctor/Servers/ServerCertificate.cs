using System.Net.Security;

namespace B2BAssertions.PartnerClient.Doctor.Servers;

/// <summary>The TLS certificate that a host showed.</summary>
/// <param name="Errors">Why it is not trusted; none when it is.</param>
/// <param name="ChainFaults">What is wrong with the chain of its issuers, as .NET names it, such as <c>UntrustedRoot</c>.</param>
internal sealed record ServerCertificate(
    string Host, string Issuer, DateTimeOffset EndsAt, SslPolicyErrors Errors, IReadOnlyList<string> ChainFaults)
{
    public bool IsTrusted => Errors == SslPolicyErrors.None;
}
