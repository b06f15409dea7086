using System.Net;

namespace B2BAssertions.OutgoingHttp;

/// <summary>The proxy of the environment (<c>HTTP_PROXY</c>), but never for this machine itself: no proxy could reach it.</summary>
internal sealed class LoopbackIsDirect(IWebProxy environment) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => environment.Credentials;
        set => environment.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => environment.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || environment.IsBypassed(host);
}
