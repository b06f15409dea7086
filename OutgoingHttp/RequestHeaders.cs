using System.Net.Http.Headers;
using System.Reflection;

namespace B2BAssertions.OutgoingHttp;

/// <summary>What every request says of its sender, and what it wants no answer in.</summary>
public static class RequestHeaders
{
    private const string Identity = "identity";

    /// <summary>RFC 9110 §10.1.5, such as <c>B2BAssertions-PartnerClient/1.0.0</c>. Some firewalls refuse requests that do not say.</summary>
    public static string UserAgentOf(string program)
    {
        var version = typeof(RequestHeaders).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        return $"B2BAssertions-{program}/{version.Split('+')[0]}";
    }

    /// <summary>Whether a text is products and comments, as the header wants it.</summary>
    public static bool IsUserAgent(string text)
    {
        using var request = new HttpRequestMessage();
        return request.Headers.UserAgent.TryParseAdd(text) && text.All(char.IsAscii);
    }

    /// <summary>
    /// For each request of a client: who sends it, unless the client says already, and that the answer is wanted as it is (RFC 9110 §12.5.3),
    /// because nothing here unpacks one.
    /// </summary>
    public static void ApplyTo(HttpClient client, string userAgent)
    {
        if (client.DefaultRequestHeaders.UserAgent.Count == 0)
        {
            client.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        }

        if (client.DefaultRequestHeaders.AcceptEncoding.Count == 0)
        {
            client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue(Identity));
        }
    }

    /// <summary>How an answer is packed although nobody asked for it; null when it is not (RFC 9110 §8.4).</summary>
    public static string? PackingOf(HttpContentHeaders answer) =>
        answer.ContentEncoding.Any(coding => !string.Equals(coding, Identity, StringComparison.OrdinalIgnoreCase))
            ? string.Join(", ", answer.ContentEncoding)
            : null;
}
