using System.Buffers.Text;
using System.Text.Json;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>What the token endpoint answered.</summary>
internal sealed record TokenAnswer(int Status, JsonElement Body, bool NoStore, string Challenge)
{
    /// <summary>When to come back, in seconds.</summary>
    public double? RetryAfter { get; init; }

    public string? ContentType { get; init; }

    public string? TraceId => Text("trace_id");

    /// <summary>Everything that must not tell which check failed: all but the trace id, which is another each time.</summary>
    public string Told => $"{Status} {Challenge} {NoStore} {ContentType} {string.Join(' ', Body.EnumerateObject().Where(member => member.Name != "trace_id"))}";

    public string? Error => Text("error");

    public string? AccessToken => Text("access_token");

    public JsonElement AccessTokenHeader => Decode(0);

    public JsonElement AccessTokenClaims => Decode(1);

    public string? Text(string name) => Body.TryGetProperty(name, out var value) ? value.GetString() : null;

    private JsonElement Decode(int part) => JsonElement.Parse(Base64Url.DecodeFromChars(AccessToken!.Split('.')[part]));
}
