using System.Text.Json.Nodes;

using B2BAssertions.Jose;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>A submission of a key that is sound as it is made; a test breaks one thing of it.</summary>
internal sealed class Submission
{
    public Submission(PartnerKeyPair key, string clientId, string token, DateTimeOffset now)
    {
        Signer = key;
        ClientId = clientId;
        Token = token;
        Key = key.Public.ToJson();
        Header = new JsonObject { ["alg"] = key.Public.Algorithm.Name, ["typ"] = KeyProof.Type, ["kid"] = key.Public.KeyId };
        Claims = new JsonObject
        {
            ["iss"] = clientId,
            ["sub"] = clientId,
            ["aud"] = Registry.PublicAddress,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + 60,
            ["jti"] = Guid.NewGuid().ToString(),
        };
    }

    public string ClientId { get; set; }

    public string? Token { get; set; }

    public JsonNode? Key { get; set; }

    public JsonObject Header { get; }

    public JsonObject Claims { get; }

    public PartnerKeyPair Signer { get; set; }

    /// <summary>A proof in place of the one that is made of header and claims.</summary>
    public string? Proof { get; set; }

    /// <summary>The same under a kid that the partner names.</summary>
    public Submission WithKid(string kid)
    {
        Key!["kid"] = kid;
        Header["kid"] = kid;
        return this;
    }

    public string MakeProof() => Proof ?? Signer.Sign(Header, Claims);

    public JsonObject ToBody() => new() { ["key"] = Key?.DeepClone(), ["proof"] = MakeProof() };
}
