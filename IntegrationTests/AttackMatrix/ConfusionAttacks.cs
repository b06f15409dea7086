using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Xunit;

using static System.Buffers.Text.Base64Url;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>JWTs that are sound, but made for another purpose (RFC 8725 §3.11, §3.12).</summary>
public sealed class ConfusionAttacks(AttackedServer server) : AttackTests(server)
{
    private const string WrongType = "assertion_type_wrong";

    private static readonly JsonNode?[] OtherTypes =
    [
        null, "", " ", "at+jwt", "application/at+jwt", "dpop+jwt", "key-proof+jwt", "logout+jwt", "secevent+jwt", "oauth-authz-req+jwt", "token-introspection+jwt",
        "JWS", "JOSE", "JWE", "JWT ", " JWT", "JWT;charset=utf-8", "JWT\0", "text/jwt", "client-authentication", "client-authentication+jwt\n",
        "client-authentication\u200b+jwt", "\uff2a\uff37\uff34", 1, true, new JsonArray("JWT"), new JsonObject { ["typ"] = "JWT" },
    ];

    private static readonly Attack[] Attacks =
    [
        .. OtherTypes.Select(typ => Attack.With(
            $"typ {typ?.ToJsonString() ?? "null"}", "AS-11", WrongType, attempt => attempt.ByA(header => header["typ"] = typ?.DeepClone()))),
        OfAccessToken("as it is", WrongType, "AS-11", (_, header, claims, signature) => $"{header}.{claims}.{signature}"),
        OfAccessToken("with its typ removed", "assertion_audience_wrong", "AS-07", (_, header, claims, signature) =>
            $"{Changed(header, json => json.Remove("typ"))}.{Changed(claims, json => json["iss"] = "client-a")}.{signature}"),
        OfAccessToken("with its claims signed by the client", "assertion_audience_wrong", "AS-07", (attempt, _, claims, _) =>
            attempt.Server.A.Sign(attempt.Server.A.Header().ToJsonString(), Json(claims, json => json["iss"] = "client-a").ToJsonString())),
        Attack.With("DPoP proof", "AS-11", WrongType, attempt => attempt.By(
            attempt.Server.A,
            header =>
            {
                header["typ"] = "dpop+jwt";
                header["jwk"] = JsonNode.Parse(attempt.Server.A.PublicJson().GetRawText());
            },
            claims => (claims["htm"], claims["htu"]) = ("POST", AttackedServer.TokenEndpoint))),
        Attack.With("DPoP proof without its typ", "AS-06", "assertion_issuer_wrong", attempt => attempt.By(
            attempt.Server.A,
            header =>
            {
                header.Remove("typ");
                header["jwk"] = JsonNode.Parse(attempt.Server.A.PublicJson().GetRawText());
            },
            claims =>
            {
                string[] notOfDPoP = ["iss", "sub", "aud", "exp"];
                Array.ForEach(notOfDPoP, name => claims.Remove(name));
                (claims["htm"], claims["htu"]) = ("POST", AttackedServer.TokenEndpoint);
            })),
        Attack.With("key proof for the registry", "AS-11", WrongType, attempt => attempt.ByA(
            header => header["typ"] = "key-proof+jwt", claims => claims["aud"] = "https://registry.example")),
        Attack.With("key proof without its typ", "AS-07", "assertion_audience_wrong", attempt => attempt.ByA(
            header => header.Remove("typ"), claims => claims["aud"] = "https://registry.example")),
        Attack.With("like an ID token, of this server", "AS-06", "client_unknown", attempt => attempt.ByA(
            header => header["typ"] = "JWT",
            claims =>
            {
                (claims["iss"], claims["aud"], claims["nonce"]) = (AttackedServer.Issuer, "client-a", "n-0S6_WzA2Mj");
                claims["auth_time"] = claims["iat"]!.DeepClone();
            })),
        Attack.With("like an ID token, of the client", "AS-07", "assertion_audience_wrong", attempt => attempt.ByA(
            header => header["typ"] = "JWT", claims => (claims["aud"], claims["nonce"]) = ("client-a", "n-0S6_WzA2Mj"))),
        Attack.With("request object", "AS-11", WrongType, attempt => attempt.ByA(
            header => header["typ"] = "oauth-authz-req+jwt",
            claims => (claims["client_id"], claims["response_type"]) = ("client-a", "code"))),
        Attack.With("JWT bearer grant for a user", "AS-06", "assertion_subject_wrong", attempt => attempt.ByA(claims: claims => claims["sub"] = "user")),
        Attack.With("for another authorization server", "AS-07", "assertion_audience_wrong", attempt => attempt.ByA(
            claims: claims => claims["aud"] = "https://other-issuer.example")),
        Attack.With("signed with the server's public key as secret", "AS-03", "assertion_algorithm_not_allowed", attempt => attempt.ByA(
            header => header["alg"] = "HS256", sign: input => HMACSHA256.HashData(ServersKeys(attempt), input))),
        Attack.With("kid of the server's own key", "AS-05", "key_unknown", attempt => attempt.ByA(
            header => header["kid"] = JsonElement.Parse(ServersKeys(attempt)).GetProperty("keys")[0].GetProperty("kid").GetString())),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Attack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_JWT_of_another_purpose_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    [Theory]
    [Trait("Rule", "AS-11")]
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData("client-authentication+jwt")]
    [InlineData("Client-Authentication+JWT")]
    [InlineData("Application/JWT")]
    public Task The_types_of_an_assertion_are_accepted_in_any_case(string typ) =>
        AssertAcceptedAsync(attempt => attempt.ByA(header => header["typ"] = typ));

    /// <summary>An access token that the server really issued.</summary>
    private static Attack OfAccessToken(string name, string code, string rule, Func<Attempt, string, string, string, string> make)
    {
        string[] parts = [];
        return Attack.With($"access token of this server, {name}", rule, code, attempt => make(attempt, parts[0], parts[1], parts[2])) with
        {
            Before = async attempt =>
            {
                var answer = await attempt.Server.SendAsync(attempt.Request(attempt.Server.A.Make()));
                Assert.Equal(200, answer.Status);
                parts = JsonElement.Parse(answer.Text).GetProperty("access_token").GetString()!.Split('.');
            },
        };
    }

    private static byte[] ServersKeys(Attempt attempt)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/jwks");
        using var response = attempt.Server.Server.Client.Send(request);
        using var stream = response.Content.ReadAsStream();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string Changed(string part, Action<JsonObject> change) => EncodeToString(Encoding.UTF8.GetBytes(Json(part, change).ToJsonString()));

    private static JsonObject Json(string part, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(DecodeFromChars(part))!.AsObject();
        change(json);
        return json;
    }
}
