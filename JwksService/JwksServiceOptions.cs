namespace B2BAssertions.JwksService;

/// <summary>Settings of the section <c>JwksService</c>.</summary>
internal sealed class JwksServiceOptions
{
    public const string Section = "JwksService";

    /// <summary>
    /// The address under which partners and authorization servers reach this service, without a trailing slash. Required. It is also the
    /// registry's identifier, which a proof of possession names as its audience.
    /// </summary>
    public string PublicAddress { get; set; } = string.Empty;

    /// <summary>Client id of the partner whose keys stand at <c>/.well-known/jwks</c>; none by default.</summary>
    public string? DefaultPartner { get; set; }

    /// <summary>
    /// How long a reader may keep a JWK Set; default 5 minutes, from 30 seconds to 1 day. Longer spares requests, shorter makes a
    /// withdrawn key stop working sooner.
    /// </summary>
    public TimeSpan JwksMaxAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a configured enrolment token works, from the start that first read it; default 24 hours, from 1 minute to 30 days.
    /// </summary>
    public TimeSpan EnrolmentTokenLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Partners that are put into the database at start; none by default. A partner that is taken out here stays there with its keys, but
    /// an enrolment token that is taken out, with its partner or alone, no longer works from the next start on.
    /// </summary>
    public IList<ConfiguredPartner> Partners { get; set; } = [];

    /// <summary>Where a partner's key set is published, for everyone to read.</summary>
    public string JwksUri(string clientId) => $"{PublicAddress}/partners/{clientId}/.well-known/jwks";
}

/// <summary>One item of <see cref="JwksServiceOptions.Partners"/>.</summary>
internal sealed class ConfiguredPartner
{
    /// <summary>The partner's client id at the authorization server. Required.</summary>
    public string ClientId { get; set; } = string.Empty;

    /// <summary>The partner's name, for people. Required.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Algorithms whose keys the partner may register; PS256 and ES256 when the list is empty, which is the default.</summary>
    public IList<string> AllowedAlgorithms { get; set; } = [];

    /// <summary>Secret with which the partner registers its first key, once; at least 32 characters. None by default.</summary>
    public string? EnrolmentToken { get; set; }
}
