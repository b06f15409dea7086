using System.Text.Json.Nodes;

namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>What a client assertion says (RFC 7523 §3), without the signature that makes it one.</summary>
public sealed class ClientAssertionContent(JsonObject header, JsonObject claims)
{
    /// <summary>A copy of the JOSE header.</summary>
    public JsonObject Header => (JsonObject)header.DeepClone();

    /// <summary>A copy of the claims.</summary>
    public JsonObject Claims => (JsonObject)claims.DeepClone();
}
