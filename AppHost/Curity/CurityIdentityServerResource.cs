using B2BAssertions.AppHost.Curity.Configuration;

namespace B2BAssertions.AppHost.Curity;

/// <summary>The Curity Identity Server in a container, configured without a wizard by deploy/curity/b2bassertions.xml.</summary>
internal sealed class CurityIdentityServerResource(string name) : ContainerResource(name)
{
    /// <summary>Token endpoint, metadata and keys.</summary>
    public const string RuntimeEndpoint = "runtime";

    /// <summary>Administration: web pages and RESTCONF.</summary>
    public const string AdminEndpoint = "admin";

    /// <summary>Whether the server is ready.</summary>
    public const string StatusEndpoint = "status";

    /// <summary>The parameter that has no default: the licence.</summary>
    public required ParameterResource License { get; init; }

    /// <summary>Where the issuer's metadata are, on the runtime endpoint: behind its path, as in OpenID Connect Discovery §4.</summary>
    public static string MetadataPath => $"{CurityContainer.IssuerPath}/.well-known/openid-configuration";
}
