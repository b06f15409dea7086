using System.Buffers.Text;
using System.Text.Json;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>What the token endpoint answered.</summary>
internal sealed record TokenAnswer(int Status, JsonElement Body, bool NoStore, string Challenge)
{
    public string? Error => Text("error");

    public string? AccessToken => Text("access_token");

    public JsonElement AccessTokenHeader => Decode(0);

    public JsonElement AccessTokenClaims => Decode(1);

    public string? Text(string name) => Body.TryGetProperty(name, out var value) ? value.GetString() : null;

    private JsonElement Decode(int part) => JsonElement.Parse(Base64Url.DecodeFromChars(AccessToken!.Split('.')[part]));
}
