using B2BAssertions.Jose;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// What a service accepts as an access token (RFC 9068 §4) and what it tells about itself (RFC 9728 §2). Each service has settings of its
/// own, makes this from them, and lets <see cref="ResourceServerSettings"/> check them.
/// </summary>
public sealed record ResourceServerOptions
{
    /// <summary>
    /// More than at the token endpoint: behind one address many processes of a partner may hold the one token that has just been refused.
    /// </summary>
    public const int DefaultFailuresPerMinuteAndAddress = 300;

    /// <summary>The section of the service's settings that these were read from, to name a setting by.</summary>
    public required string Section { get; init; }

    /// <summary>Issuer identifier of the one trusted authorization server, character for character as it stands in its tokens and its metadata.</summary>
    public required string Issuer { get; init; }

    /// <summary>Identifier of this resource server (RFC 9728 §1.2): the address at which clients reach it.</summary>
    public required string Resource { get; init; }

    /// <summary>The <c>aud</c> that a token must carry. Default: <see cref="Resource"/>.</summary>
    public string? Audience { get; init; }

    /// <summary>Algorithms that a token may be signed with. Default: every one that is known.</summary>
    public IReadOnlyList<string>? AllowedAlgorithms { get; init; }

    /// <summary>
    /// Types (<c>typ</c>) that a token may have. Default: <c>at+jwt</c> alone. <c>JWT</c> and <c>absent</c> are for servers that do not know
    /// RFC 9068, and loosen RS-02 and RS-10.
    /// </summary>
    public IReadOnlyList<string>? ValidTypes { get; init; }

    /// <summary>
    /// The claim that names the client. Default: <c>client_id</c>. <c>sub</c> is for servers that issue no such claim, and loosens RS-10:
    /// then the issuer must issue this audience by client_credentials alone, or keep the names of users and clients apart (RFC 9068 §5).
    /// </summary>
    public string? ClientIdClaim { get; init; }

    /// <summary>
    /// Methods of client authentication that are strong enough for <see cref="ClientAuthenticationRequirement"/>. Default:
    /// <c>private_key_jwt</c> alone.
    /// </summary>
    public IReadOnlyList<string>? ClientAuthenticationMethods { get; init; }

    /// <summary>
    /// Tokens from one address that may fail in a minute before it has to wait; 0 for no limit, which logs a warning. Default:
    /// <see cref="DefaultFailuresPerMinuteAndAddress"/>.
    /// </summary>
    public int FailuresPerMinuteAndAddress { get; init; } = DefaultFailuresPerMinuteAndAddress;

    /// <summary>The scopes that some endpoint asks for.</summary>
    public required IReadOnlyList<string> ScopesSupported { get; init; }

    internal string FailuresSetting => $"{Section}:{nameof(FailuresPerMinuteAndAddress)}";

    public string EffectiveAudience => Audience ?? Resource;

    public IReadOnlyList<string> EffectiveAlgorithms => AllowedAlgorithms ?? [.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)];

    public IReadOnlyList<string> EffectiveTypes => ValidTypes ?? [AccessTokenType.AccessToken];

    public string EffectiveClientIdClaim => ClientIdClaim ?? TokenClient.ClientId;

    public IReadOnlyList<string> EffectiveClientAuthenticationMethods => ClientAuthenticationMethods ?? [ClientAuthenticationMethod.PrivateKeyJwt];
}
