using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.JwksService;

/// <summary>Settings of the section <c>JwksService</c>.</summary>
internal sealed class JwksServiceOptions
{
    public const string Section = "JwksService";

    public static readonly TimeSpan LeastTokenLifetime = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan GreatestTokenLifetime = TimeSpan.FromDays(30);
    public static readonly TimeSpan GreatestRetirementOverlap = TimeSpan.FromDays(30);
    public static readonly TimeSpan GreatestActivationDelay = TimeSpan.FromDays(1);

    /// <summary>
    /// Issuer identifier of the authorization server whose access tokens open the administration, character for character. Required;
    /// https unless <c>AllowHttp</c>. The tokens' audience is <see cref="PublicAddress"/>.
    /// </summary>
    public string Issuer { get; set; } = string.Empty;

    /// <summary>
    /// The address under which partners and authorization servers reach this service, without a trailing slash. Required. It is also the
    /// registry's identifier, which a proof of possession names as its audience.
    /// </summary>
    public string PublicAddress { get; set; } = string.Empty;

    /// <summary>
    /// Types that an access token may have: <c>at+jwt</c>, the default, and by option <c>JWT</c> or <c>absent</c>, for servers that do not
    /// know RFC 9068; each of the two logs a warning.
    /// </summary>
    public IReadOnlyList<string>? ValidTypes { get; set; }

    /// <summary>
    /// The claim that names the client: <c>client_id</c>, the default, or <c>sub</c> for servers that issue no such claim, which logs a
    /// warning.
    /// </summary>
    public string? ClientIdClaim { get; set; }

    /// <summary>Client id of the partner whose keys stand at <c>/.well-known/jwks</c>; none by default.</summary>
    public string? DefaultPartner { get; set; }

    /// <summary>
    /// How long a reader may keep a JWK Set; default 5 minutes, from 30 seconds to 1 day. Longer spares requests, shorter makes a
    /// withdrawn key stop working sooner.
    /// </summary>
    public TimeSpan JwksMaxAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a partner's later key is pending, from its submission; from 0 to 1 day. By default <see cref="JwksMaxAge"/> and 10 seconds
    /// more, so that no reader of the key set still holds one without it when the partner begins to sign with it.
    /// </summary>
    public TimeSpan? KeyActivationDelay { get; set; }

    /// <summary>
    /// How long a retiring key is still published unless the request says otherwise; default 10 minutes, from 0 to 30 days. It must
    /// outlast the assertions that the partner has signed, which live for a minute, and its move to the next key.
    /// </summary>
    public TimeSpan RetirementOverlap { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long an enrolment token works, unless its request says otherwise: from its making, a configured one from the start that first
    /// read it. Default 24 hours, from 1 minute to 30 days.
    /// </summary>
    public TimeSpan EnrolmentTokenLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Key submissions and new enrolment tokens that one network address (of IPv6: one /64) may send in a minute to one replica; default 60,
    /// from 1 to 10,000. Behind a proxy name it in ForwardedHeaders:KnownNetworks, or all senders are one.
    /// </summary>
    public int SubmissionsPerMinuteAndAddress { get; set; } = 60;

    /// <summary>
    /// Submissions and changes of keys by one partner, with sound tokens, from all addresses together, in a minute on one replica; default
    /// 30, from 1 to 10,000. Operators are not limited.
    /// </summary>
    public int SubmissionsPerMinuteAndPartner { get; set; } = 30;

    /// <summary>
    /// New keys that one partner may register within 24 hours by its own access token; default 24, from 1 to 10,000. All keys of that time
    /// count, in the database, so replicas and restarts agree. Enrolment tokens and operators are not limited.
    /// </summary>
    public int KeysPerDayAndPartner { get; set; } = 24;

    /// <summary>
    /// Requests of one address for key sets of clients that are not known in a minute, on one replica; default 60, 0 for no limit, which logs a
    /// warning. Key sets of known partners are never limited.
    /// </summary>
    public int UnknownClientsPerMinuteAndAddress { get; set; } = 60;

    /// <summary>
    /// Access tokens from one address (of IPv6: one /64) that may fail in a minute before it has to wait, on one replica; default 300, 0 for
    /// no limit. Behind a proxy name it in ForwardedHeaders:KnownNetworks, or all senders are one.
    /// </summary>
    public int FailuresPerMinuteAndAddress { get; set; } = ResourceServerOptions.DefaultFailuresPerMinuteAndAddress;

    /// <summary>
    /// Partners that are put into the database at start; none by default. A partner that is taken out here stays there with its keys, but
    /// an enrolment token that is taken out, with its partner or alone, no longer works from the next start on.
    /// </summary>
    public IList<ConfiguredPartner> Partners { get; set; } = [];

    /// <summary>Other replicas notice a change within seconds; after that a reader may keep the set for its max-age.</summary>
    public TimeSpan ActivationDelay => KeyActivationDelay ?? JwksMaxAge + TimeSpan.FromSeconds(10);

    /// <summary>How the access tokens of operators and partners are checked.</summary>
    public ResourceServerOptions ToResourceServer() => new()
    {
        Section = Section,
        Issuer = Issuer,
        Resource = PublicAddress,
        ValidTypes = ValidTypes,
        ClientIdClaim = ClientIdClaim,
        FailuresPerMinuteAndAddress = FailuresPerMinuteAndAddress,
        ScopesSupported = [SystemSettings.KeysScope, SystemSettings.PartnersManageScope],
    };

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

    /// <summary>Whom to tell when a key has to be revoked. None by default.</summary>
    public string? Contact { get; set; }

    /// <summary>Algorithms whose keys the partner may register; PS256 and ES256 when the list is empty, which is the default.</summary>
    public IList<string> AllowedAlgorithms { get; set; } = [];

    /// <summary>Secret with which the partner registers its first key, once; at least 32 characters. None by default.</summary>
    public string? EnrolmentToken { get; set; }
}
