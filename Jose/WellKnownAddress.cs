namespace B2BAssertions.Jose;

/// <summary>Addresses of metadata documents: the well-known part goes between host and path, not behind the path (RFC 8414 §3.1, RFC 9728 §3.1).</summary>
public static class WellKnownAddress
{
    public static string OfAuthorizationServer(string issuer) => Insert("oauth-authorization-server", issuer);

    public static string OfProtectedResource(string resource) => Insert("oauth-protected-resource", resource);

    private static string Insert(string suffix, string identifier)
    {
        var uri = new Uri(identifier);
        return $"{uri.GetLeftPart(UriPartial.Authority)}/.well-known/{suffix}{uri.AbsolutePath.TrimEnd('/')}";
    }
}
