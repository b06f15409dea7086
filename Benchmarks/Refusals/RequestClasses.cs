using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;

namespace B2BAssertions.Benchmarks.Refusals;

/// <summary>The classes of the attack matrix, one request each, beside the two successes.</summary>
internal sealed class RequestClasses(MeasuredServer server)
{
    private const int Refused = 401;
    private const int BadRequest = 400;

    private string _used = string.Empty;

    public IReadOnlyList<RequestClass> All() =>
    [
        new("success, PS256", 200, () => Request(A.Make())),
        new("success, ES256", 200, () => Request(server.B.Make())),
        Of("60 KiB of dots", () => new string('.', 60 * 1024)),
        Of("no JWT", () => "mF_9.B5f-4.1JqM"),
        Of("larger than 8 KiB", () => A.Make(claims: claims => claims["filler"] = new string('x', 8 * 1024))),
        Of("alg none, no signature", () => A.Make(header => header["alg"] = "none", sign: _ => [])),
        Of("HS256 with the public key", () => A.Make(header => header["alg"] = "HS256", sign: Hmac)),
        Of("RS256", () => A.Make(header => header["alg"] = "RS256")),
        Of("ES256 where PS256 is due", () => A.Make(header => header["alg"] = "ES256", sign: server.B.SignWithKey)),
        Of("typ at+jwt", () => A.Make(header => header["typ"] = "at+jwt")),
        Of("crit", () => A.Make(header => header["crit"] = new JsonArray("exp"))),
        Of("a claim twice", () => A.Sign(A.Header().ToJsonString(), A.Claims().ToJsonString().Insert(1, "\"iss\":\"x\","))),
        Of("no kid", () => A.Make(header => header.Remove("kid"))),
        Of("unknown kid", () => A.Make(header => header["kid"] = "unknown")),
        Of("jku of the attacker", () => A.Make(header => (header["kid"], header["jku"]) = ("unknown", "https://attacker.example/jwks"))),
        Of("another client's key", () => A.Make(sign: server.Other.SignWithKey)),
        Of("signature of zeros", () => A.Make(sign: _ => new byte[256])),
        Of("ES256 signature of zeros", () => server.B.Make(sign: _ => new byte[64])),
        Of("ES256 signature of another key", () => server.B.Make(sign: Forge)),
        Of("unknown client", () => A.Make(claims: claims => claims["iss"] = "nobody")),
        Of("sub of another client", () => A.Make(claims: claims => claims["sub"] = "client-b")),
        Of("wrong aud", () => A.Make(claims: claims => claims["aud"] = "https://other.example")),
        Of("expired", () => A.Make(claims: claims => (claims["iat"], claims["exp"]) = (1_700_000_000, 1_700_000_060))),
        Of("from the future", () => A.Make(claims: claims => claims["iat"] = 4_000_000_000)),
        Of("lives too long", () => A.Make(claims: claims => claims["exp"] = 4_000_000_000)),
        Of("no jti", () => A.Make(claims: claims => claims.Remove("jti"))),
        new("replay", Refused, () => Request(_used)) { Before = () => Request(_used = A.Make()) },
        new("a secret beside it", Refused, () => Request(A.Make(), ("client_secret", "secret"))),
        new("no assertion", Refused, () => Request(null)),
        new("two assertions", BadRequest, () => Request(A.Make(), ("client_assertion", A.Make()))),
        new("no client_assertion_type", BadRequest, () => Post(("client_assertion", A.Make()))),
    ];

    private AssertionMaker A => server.A;

    private static RequestClass Of(string name, Func<HttpRequestMessage> make) => new(name, Refused, make);

    private static RequestClass Of(string name, Func<string> assertion) => Of(name, () => Request(assertion()));

    private static HttpRequestMessage Request(string? assertion, params (string Name, string Value)[] more) => Post(assertion is null
        ? more
        : [("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion), .. more]);

    private static HttpRequestMessage Post(params (string Name, string Value)[] parameters)
    {
        (string Name, string Value)[] all = [("grant_type", "client_credentials"), ("scope", "read"), .. parameters];
        return new HttpRequestMessage(HttpMethod.Post, "/token")
        {
            Content = new FormUrlEncodedContent(all.Select(parameter => new KeyValuePair<string, string>(parameter.Name, parameter.Value))),
        };
    }

    private byte[] Hmac(byte[] input) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(A.Key.ExportSubjectPublicKeyInfoPem()), input);

    private static byte[] Forge(byte[] input)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.SignData(input, HashAlgorithmName.SHA256);
    }
}
