using System.Text.RegularExpressions;

using B2BAssertions.Jose;

namespace B2BAssertions.PartnerClient.Doctor.Servers;

/// <summary>Takes down the times of a request, nearest to the wire, and what is of interest in the answer's headers.</summary>
internal sealed partial class ReceptionRecorder(TimeProvider time) : DelegatingHandler
{
    /// <summary>RFC 6750 §3: a quoted list of scopes, whose characters need no escape.</summary>
    [GeneratedRegex("""(?:^|[\s,])scope="(?<scope>[\x21\x23-\x5B\x5D-\x7E ]{1,200})"(?:$|[\s,])""")]
    private static partial Regex ScopeParameter { get; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sentAt = time.GetUtcNow();
        var response = await base.SendAsync(request, cancellationToken);
        request.Options.Set(
            Reception.Key,
            new Reception(sentAt, time.GetUtcNow(), IsFromCache(response) ? null : response.Headers.Date, ScopeOf(response)));
        return response;
    }

    /// <summary>RFC 9111 §5.1: the date of a stored answer is that of its making.</summary>
    private static bool IsFromCache(HttpResponseMessage response) => response.Headers.Age is { } age && age > TimeSpan.Zero;

    private static string? ScopeOf(HttpResponseMessage response) => response.Headers.WwwAuthenticate
        .Where(challenge => string.Equals(challenge.Scheme, BearerToken.Scheme, StringComparison.OrdinalIgnoreCase))
        .Select(challenge => ScopeParameter.Match(challenge.Parameter ?? ""))
        .FirstOrDefault(match => match.Success)?.Groups["scope"].Value;
}
