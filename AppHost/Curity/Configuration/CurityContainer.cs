namespace B2BAssertions.AppHost.Curity.Configuration;

/// <summary>What the image of the Curity Identity Server expects and offers.</summary>
internal static class CurityContainer
{
    public const string Registry = "curity.azurecr.io";
    public const string Image = "curity/idsvr";

    /// <summary>One version and no floating tag; configuration names another.</summary>
    public const string Tag = "11.3.1";

    public const int RuntimePort = 8443;
    public const int AdminPort = 6749;
    public const int StatusPort = 4465;

    /// <summary>200 when the server is ready, 503 before.</summary>
    public const string StatusPath = "/";

    public const string AdminPath = "/admin";

    /// <summary>What lies here is read at the first boot.</summary>
    public const string ConfigurationTarget = "/opt/idsvr/etc/init/b2bassertions.xml";

    /// <summary>The configuration, from the repository's folder on.</summary>
    public const string ConfigurationSource = "deploy/curity/b2bassertions.xml";

    /// <summary>The issuer identifier under the server's base address: its endpoint <c>oauth-anonymous</c>.</summary>
    public const string IssuerPath = "/oauth/v2/oauth-anonymous";

    public const string TokenPath = "/oauth/v2/oauth-token";
}
