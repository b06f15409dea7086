using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>How client assertions are checked, in <c>AuthorizationServer:ClientAssertion</c>. Strict by default.</summary>
internal sealed class ClientAssertionOptions
{
    public static readonly TimeSpan DefaultMaxLifetime = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan DefaultClockSkew = TimeSpan.FromSeconds(10);

    /// <summary>The algorithms that a client without a list of its own may sign with (AS-03): PS256 by default, and/or ES256.</summary>
    public IList<string> AllowedAlgorithms { get; } = [];

    /// <summary>Longest lifetime of an assertion (AS-08): 10 to 300 s, default 60 s.</summary>
    public TimeSpan MaxLifetime { get; set; } = DefaultMaxLifetime;

    /// <summary>How far a client's clock may be off, either way (AS-08, AS-09): 0 to 60 s, default 10 s.</summary>
    public TimeSpan ClockSkew { get; set; } = DefaultClockSkew;

    /// <summary>Also accept the token endpoint's address as audience (AS-07), for clients made before RFC 10070; default false.</summary>
    public bool AcceptTokenEndpointAudience { get; set; }

    /// <summary>Also accept an array that holds the one right audience (AS-07), for libraries that always write one; default false.</summary>
    public bool AcceptAudienceArray { get; set; }

    /// <summary><see cref="AllowedAlgorithms"/> with its default applied.</summary>
    internal IReadOnlyList<string> EffectiveAlgorithms => AllowedAlgorithms.Count > 0 ? [.. AllowedAlgorithms] : [SigningAlgorithm.PS256.Name];
}
