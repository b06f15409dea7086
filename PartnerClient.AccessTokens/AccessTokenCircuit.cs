namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>Whether the authorization server is asked (PC-05).</summary>
public enum AccessTokenCircuit
{
    /// <summary>Nothing failed last: a token is asked for when one is needed.</summary>
    Closed = 0,

    /// <summary>
    /// A failure that may pass, such as 5xx, 429 or no answer in time: the next request is made after 1 to 60 s, doubling and with jitter, or
    /// after the server's Retry-After, up to 10 minutes.
    /// </summary>
    Waiting = 1,

    /// <summary>
    /// A refusal that stays the same until somebody changes something, such as <c>invalid_client</c>: asked again when the key changes, else after
    /// 5 minutes and up to a tenth more. Other options need a restart anyway.
    /// </summary>
    Refused = 2,
}
