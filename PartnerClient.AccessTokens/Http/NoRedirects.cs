namespace B2BAssertions.PartnerClient.AccessTokens.Http;

/// <summary>An assertion follows no redirect: its receiver is the address that was configured or discovered.</summary>
internal static class NoRedirects
{
    public static void ApplyTo(HttpMessageHandler handler)
    {
        switch (handler)
        {
            case SocketsHttpHandler sockets:
                sockets.AllowAutoRedirect = false;
                break;
            case HttpClientHandler client:
                client.AllowAutoRedirect = false;
                break;
            case DelegatingHandler { InnerHandler: { } inner }:
                ApplyTo(inner);
                break;
        }
    }
}
