namespace B2BAssertions.Jose;

/// <summary>The <c>typ</c> header of a client assertion, as its makers write it.</summary>
public static class ClientAssertionType
{
    /// <summary>Explicit, so that no other JWT of the client passes for an assertion (RFC 8725 §3.11).</summary>
    public const string Name = "client-authentication+jwt";
}
