using B2BAssertions.PartnerClient.KeyPair;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Assertion;

/// <summary>JWTs that the partner signs about itself: client assertions (RFC 7523 §3) and proofs of possession.</summary>
internal sealed class PartnerJwt(PartnerKeySource keys, IOptions<PartnerClientOptions> options, TimeProvider time)
{
    /// <summary>Another one with each call (PC-01).</summary>
    public string Create(string type, string audience, TimeSpan lifetime) =>
        keys.Key.CreateJwt(type, options.Value.ClientId, audience, lifetime, time);
}
