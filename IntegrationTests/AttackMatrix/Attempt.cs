using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>One try at the server, with an identifier of its own for the assertion, and everything that was sent.</summary>
internal sealed class Attempt(AttackedServer server)
{
    private readonly List<string> _sent = [];
    private readonly List<string> _credentials = [];

    public AttackedServer Server => server;

    public string JwtId { get; } = $"attack-{Guid.NewGuid()}";

    /// <summary>A client secret, long enough to be found wherever it turns up.</summary>
    public string Secret { get; } = $"secret-{Guid.NewGuid()}";

    /// <summary>The secret as it was sent by HTTP Basic.</summary>
    public IReadOnlyCollection<string> Credentials => _credentials;

    public long Now => server.Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The assertions that were sent.</summary>
    public IReadOnlyCollection<string> Sent => _sent;

    /// <summary>Client A's, of PS256.</summary>
    public string ByA(Action<JsonObject>? header = null, Action<JsonObject>? claims = null, Func<byte[], byte[]>? sign = null) =>
        By(server.A, header, claims, sign);

    /// <summary>Client B's, of ES256.</summary>
    public string ByB(Action<JsonObject>? header = null, Action<JsonObject>? claims = null, Func<byte[], byte[]>? sign = null) =>
        By(server.B, header, claims, sign);

    public string By(
        AssertionMaker maker,
        Action<JsonObject>? header = null,
        Action<JsonObject>? claims = null,
        Func<byte[], byte[]>? sign = null) => maker.Make(
            header,
            members =>
            {
                members["jti"] = JwtId;
                claims?.Invoke(members);
            },
            sign);

    /// <summary>Client A's, of header and claims as text, signed as they stand.</summary>
    public string OfText(Func<string, string>? header = null, Func<string, string>? claims = null)
    {
        var claimsJson = server.A.Claims();
        claimsJson["jti"] = JwtId;
        var headerText = server.A.Header().ToJsonString();
        var claimsText = claimsJson.ToJsonString();
        return server.A.Sign(header?.Invoke(headerText) ?? headerText, claims?.Invoke(claimsText) ?? claimsText);
    }

    /// <summary>Client A's, of header and claims as bytes, signed as they stand.</summary>
    public string OfBytes(Func<byte[], byte[]>? header = null, Func<byte[], byte[]>? claims = null)
    {
        var parts = ByA().Split('.');
        return server.A.SignParts(Changed(parts[0], header), Changed(parts[1], claims));
    }

    /// <summary>A token request with this assertion; a null value leaves the parameter out.</summary>
    public HttpRequestMessage Request(string assertion, params (string Name, string? Value)[] changes)
    {
        var form = Parameters(assertion).Where(parameter => !changes.Any(change => change.Name == parameter.Key)).ToList();
        form.AddRange(changes.Where(change => change.Value is not null).Select(change => KeyValuePair.Create(change.Name, change.Value!)));
        return Post(new FormUrlEncodedContent(form));
    }

    /// <summary>The same with parameters more than once.</summary>
    public HttpRequestMessage RequestAnd(string assertion, params (string Name, string Value)[] more) => Post(new FormUrlEncodedContent(
        Parameters(assertion).Concat(more.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)))));

    /// <summary>A form that is already encoded; see <see cref="Encoded"/>.</summary>
    public static HttpRequestMessage Raw(string form, string contentType = "application/x-www-form-urlencoded")
    {
        var content = new ByteArrayContent(System.Text.Encoding.Latin1.GetBytes(form));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return Post(content);
    }

    /// <summary>A right form, encoded.</summary>
    public string Encoded(string assertion)
    {
        _sent.Add(assertion);
        return "grant_type=client_credentials&scope=read"
            + $"&client_assertion_type={Uri.EscapeDataString(TokenEndpointFixture.AssertionType)}&client_assertion={Uri.EscapeDataString(assertion)}";
    }

    public Dictionary<string, string> Parameters(string assertion)
    {
        _sent.Add(assertion);
        return new()
        {
            ["grant_type"] = "client_credentials",
            ["scope"] = "read",
            ["client_assertion_type"] = TokenEndpointFixture.AssertionType,
            ["client_assertion"] = assertion,
        };
    }

    public string BasicCredentials(string clientId)
    {
        var credentials = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{clientId}:{Secret}"));
        _credentials.Add(credentials);
        return credentials;
    }

    public static HttpRequestMessage Post(HttpContent content) => new(HttpMethod.Post, "/token") { Content = content };

    private static byte[] Changed(string part, Func<byte[], byte[]>? change)
    {
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(part);
        return change?.Invoke(bytes) ?? bytes;
    }
}
