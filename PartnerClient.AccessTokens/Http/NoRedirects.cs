namespace B2BAssertions.PartnerClient.AccessTokens.Http;

/// <summary>Neither an assertion nor a token follows a redirect: its receiver is the address that was configured or discovered.</summary>
internal static class NoRedirects
{
    public static void ApplyTo(HttpMessageHandler handler)
    {
        switch (handler)
        {
            case SocketsHttpHandler { AllowAutoRedirect: true } sockets:
                sockets.AllowAutoRedirect = false;
                break;
            case HttpClientHandler { AllowAutoRedirect: true } client:
                client.AllowAutoRedirect = false;
                break;
            case DelegatingHandler { InnerHandler: { } inner }:
                ApplyTo(inner);
                break;
        }
    }
}
