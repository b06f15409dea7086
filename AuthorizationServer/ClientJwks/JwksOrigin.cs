namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>How much a client's set of keys says about the present.</summary>
internal enum JwksOrigin
{
    /// <summary>There is no set.</summary>
    None,

    /// <summary>Read before and fresh: what stands in it counts, a key published since may be missing.</summary>
    Cache,

    /// <summary>Read for this request: what is not in it does not exist.</summary>
    Source,

    /// <summary>Read before, and the newest fetch failed: what stands in it counts, of any other key nobody can tell.</summary>
    LastGood,
}
