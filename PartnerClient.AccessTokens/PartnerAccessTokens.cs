namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>Names that an application may need.</summary>
public static class PartnerAccessTokens
{
    /// <summary>
    /// The client of IHttpClientFactory that reads metadata and asks for tokens, to give it a proxy or handlers. Redirects stay off, whatever
    /// its primary handler is; a retry handler around it is fine, because the assertion is made behind all handlers (PC-01).
    /// </summary>
    public const string HttpClientName = "B2BAssertions.PartnerClient.AccessTokens";

    /// <summary>The Meter and the ActivitySource; the instruments are named <c>b2b.client.*</c>.</summary>
    public const string TelemetryName = "B2BAssertions.PartnerClient.AccessTokens";

    /// <summary>The health check, unless it is added under another name.</summary>
    public const string HealthCheckName = "access-token";
}
