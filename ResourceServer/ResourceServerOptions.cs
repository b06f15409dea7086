using B2BAssertions.Jose;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// What a service accepts as an access token (RFC 9068 §4) and what it tells about itself (RFC 9728 §2). Each service has settings of its
/// own, makes this from them, and lets <see cref="ResourceServerSettings"/> check them.
/// </summary>
public sealed record ResourceServerOptions
{
    /// <summary>Issuer identifier of the one trusted authorization server, character for character as it stands in its tokens and its metadata.</summary>
    public required string Issuer { get; init; }

    /// <summary>Identifier of this resource server (RFC 9728 §1.2): the address at which clients reach it.</summary>
    public required string Resource { get; init; }

    /// <summary>The <c>aud</c> that a token must carry. Default: <see cref="Resource"/>.</summary>
    public string? Audience { get; init; }

    /// <summary>Algorithms that a token may be signed with. Default: every one that is known.</summary>
    public IReadOnlyList<string>? AllowedAlgorithms { get; init; }

    /// <summary>The scopes that some endpoint asks for.</summary>
    public required IReadOnlyList<string> ScopesSupported { get; init; }

    public string EffectiveAudience => Audience ?? Resource;

    public IReadOnlyList<string> EffectiveAlgorithms => AllowedAlgorithms ?? [.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)];
}
