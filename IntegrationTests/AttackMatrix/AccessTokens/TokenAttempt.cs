using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.ResourceServerTests;

using static System.Buffers.Text.Base64Url;

namespace B2BAssertions.IntegrationTests.AttackMatrix.AccessTokens;

/// <summary>One try at the API, and the tokens that were sent with it.</summary>
internal sealed class TokenAttempt(AttackedApi api)
{
    private readonly List<string> _sent = [];

    public AttackedApi Api => api;

    public long Now => api.System.Time.GetUtcNow().ToUnixTimeSeconds();

    public IReadOnlyCollection<string> Sent => _sent;

    /// <summary>A token of ES256 with something changed, signed as it then is.</summary>
    public string Es256(Action<JsonObject>? header = null, Action<JsonObject>? claims = null, Func<byte[], byte[]>? sign = null) =>
        Make(Token(), header, claims, sign);

    /// <summary>The same of PS256.</summary>
    public string Ps256(Action<JsonObject>? header = null, Action<JsonObject>? claims = null, Func<byte[], byte[]>? sign = null) =>
        Make(Token().SignedBy(api.System.Issuer.RsaKey), header, claims, sign);

    /// <summary>Signed by the issuer, of header and claims as bytes.</summary>
    public string OfBytes(Func<byte[], byte[]>? header = null, Func<byte[], byte[]>? claims = null)
    {
        var token = Token();
        var parts = token.Make().Split('.');
        var signed = $"{Changed(parts[0], header)}.{Changed(parts[1], claims)}";
        return $"{signed}.{EncodeToString(token.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>The same as text.</summary>
    public string OfText(Func<string, string>? header = null, Func<string, string>? claims = null) => OfBytes(Bytes(header), Bytes(claims));

    public HttpRequestMessage Bearing(string token) => WithHeader("Authorization", $"Bearer {Told(token)}");

    public static HttpRequestMessage Orders(string query = "") => new(HttpMethod.Get, $"/orders{query}");

    public static HttpRequestMessage WithHeader(string name, string value)
    {
        var request = Orders();
        request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    /// <summary>Remembers the token as one that must not be in the log.</summary>
    public string Told(string token)
    {
        _sent.Add(token);
        return token;
    }

    /// <summary>A minute old, so that no key it names could be newer than the keys that the API has read.</summary>
    private AccessTokenMaker Token()
    {
        var token = api.System.Token();
        token.Claims["iat"] = Now - 60;
        return token;
    }

    private static string Make(AccessTokenMaker token, Action<JsonObject>? header, Action<JsonObject>? claims, Func<byte[], byte[]>? sign)
    {
        header?.Invoke(token.Header);
        claims?.Invoke(token.Claims);
        token.Sign = sign ?? token.Sign;
        return token.Make();
    }

    private static string Changed(string part, Func<byte[], byte[]>? change)
    {
        var bytes = DecodeFromChars(part);
        return EncodeToString(change?.Invoke(bytes) ?? bytes);
    }

    private static Func<byte[], byte[]>? Bytes(Func<string, string>? change) =>
        change is null ? null : bytes => Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(bytes)));
}
