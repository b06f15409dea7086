using System.Net.Http.Headers;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>Right assertions in a request that is not.</summary>
public sealed class TransportAttacks(AttackedServer server) : AttackTests(server)
{
    private const string Type = TokenEndpointFixture.AssertionType;
    private const string Repeated = "parameter_repeated";
    private const string InvalidRequest = "invalid_request";

    private static readonly string?[] OtherTypes =
    [
        null, "jwt-bearer", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "URN:ietf:params:oauth:client-assertion-type:jwt-bearer", $"{Type} ",
        $" {Type}", $"{Type}#", $"{Type}\0x", "urn:ietf:params:oauth:grant-type:jwt-bearer", $"{Type} {Type}",
    ];

    private static readonly Attack[] Attacks =
    [
        .. OtherTypes.Where(type => type?.Contains('\0') != true).Select(type => Request(
            $"client_assertion_type {type ?? "missing"}",
            "AS-01",
            "client_assertion_type_wrong",
            attempt => attempt.Request(attempt.ByA(), ("client_assertion_type", type)))),
        Request("a type without an assertion", "AS-01", "client_assertion_missing", attempt => attempt.Request("", ("client_assertion", null))),
        Request("an empty assertion", "AS-01", "client_assertion_missing", attempt => attempt.Request("")),
        Request("two assertions", "AS-01", Repeated, attempt => attempt.RequestAnd(attempt.ByA(), ("client_assertion", attempt.ByB()))),
        Request("one assertion twice", "AS-01", Repeated, attempt => attempt.RequestAnd(attempt.ByA(), ("client_assertion", attempt.ByA()))),
        Request("two types", "AS-01", Repeated, attempt => attempt.RequestAnd(attempt.ByA(), ("client_assertion_type", Type))),
        Request("two client ids", "AS-01", Repeated, attempt => attempt.RequestAnd(attempt.ByA(), ("client_id", "client-a"), ("client_id", "client-b"))),
        Request("two scopes", "AS-01", Repeated, attempt => attempt.RequestAnd(attempt.ByA(), ("scope", "keys"))),
        Request("two grant types", "AS-01", Repeated, attempt => attempt.RequestAnd(attempt.ByA(), ("grant_type", "client_credentials"))),
        Request("a second assertion in another case", "AS-01", Repeated, attempt => attempt.RequestAnd(attempt.ByA(), ("CLIENT_ASSERTION", attempt.ByB()))),
        new("no client authentication", "AS-02", "client_assertion_missing", attempt => attempt.Request(
            "", ("client_assertion", null), ("client_assertion_type", null), ("client_id", "client-a"))),
        new("a secret alone", "AS-02", "client_secret_sent", attempt => attempt.Request(
            "", ("client_assertion", null), ("client_assertion_type", null), ("client_id", "client-a"), ("client_secret", attempt.Secret))),
        new("a secret beside the assertion", "AS-02", "client_secret_sent", attempt => attempt.RequestAnd(attempt.ByA(), ("client_secret", attempt.Secret))),
        new("a secret and a client id beside the assertion", "AS-02", "client_secret_sent", attempt => attempt.RequestAnd(
            attempt.ByA(), ("client_id", "client-a"), ("client_secret", attempt.Secret))),
        new("Basic credentials beside the assertion", "AS-02", "client_secret_sent", attempt => WithBasic(
            attempt, "client-a", attempt.Request(attempt.ByA()))),
        new("Basic credentials of another client beside the assertion", "AS-02", "client_secret_sent", attempt => WithBasic(
            attempt, "client-b", attempt.Request(attempt.ByA()))),
        new("Basic credentials alone", "AS-02", "client_secret_sent", attempt => WithBasic(
            attempt, "client-a", attempt.Request("", ("client_assertion", null), ("client_assertion_type", null)))),
        new("the assertion as a bearer token", "AS-02", "client_assertion_missing", attempt => Bearing(
            attempt.Request("", ("client_assertion", null), ("client_assertion_type", null)), attempt.ByA())),
        new("the assertion as the secret", "AS-02", "client_secret_sent", attempt => attempt.Request(
            "", ("client_assertion", null), ("client_assertion_type", null), ("client_id", "client-a"), ("client_secret", attempt.ByA()))),
        new("the assertion in the query", "AS-02", "client_assertion_missing", attempt => InQuery(
            attempt.Request("", ("client_assertion", null), ("client_assertion_type", null)), attempt)),
        new("the assertion in the query, its type in the body", "AS-01", "client_assertion_missing", attempt => InQuery(
            attempt.Request("", ("client_assertion", null)), attempt)) { Status = 400, Error = InvalidRequest },
        new("the assertion in a cookie", "AS-02", "client_assertion_missing", attempt => WithHeader(
            attempt.Request("", ("client_assertion", null), ("client_assertion_type", null)), "Cookie", $"client_assertion={attempt.ByA()}")),
        Request("names in upper case", "AS-01", "client_assertion_type_wrong", attempt => Attempt.Raw(
            attempt.Encoded(attempt.ByA()).Replace("client_assertion=", "Client_Assertion=", StringComparison.Ordinal)
                .Replace("client_assertion_type=", "client_assertion_type=x", StringComparison.Ordinal))),
        new("names as of an array", "AS-02", "client_assertion_missing", attempt => Attempt.Raw(
            attempt.Encoded(attempt.ByA()).Replace("client_assertion", "client_assertion[]", StringComparison.Ordinal)
                .Replace("client_assertion[]_type", "client_assertion_type[]", StringComparison.Ordinal))),
        new("parameters behind semicolons", "AS-02", "client_assertion_missing", attempt => Attempt.Raw(
            attempt.Encoded(attempt.ByA()).Replace('&', ';'))),
        OfMethod("GET", attempt => InQuery(new HttpRequestMessage(HttpMethod.Get, "/token?grant_type=client_credentials&scope=read"), attempt)),
        OfMethod("PUT", attempt => WithMethod(attempt.Request(attempt.ByA()), HttpMethod.Put)),
        OfMethod("DELETE", attempt => WithMethod(attempt.Request(attempt.ByA()), HttpMethod.Delete)),
        OfMethod("POST named GET by a header", attempt => WithHeader(
            InQuery(new HttpRequestMessage(HttpMethod.Get, "/token"), attempt), "X-HTTP-Method-Override", "POST")),
        OfContentType("multipart", attempt => Attempt.Post(Multipart(attempt.Parameters(attempt.ByA())))),
        OfContentType("JSON", attempt => Attempt.Raw(System.Text.Json.JsonSerializer.Serialize(attempt.Parameters(attempt.ByA())), "application/json")),
        OfContentType("plain text", attempt => Attempt.Raw(attempt.Encoded(attempt.ByA()), "text/plain")),
        OfContentType("no content type", attempt => Attempt.Raw(attempt.Encoded(attempt.ByA()), "")),
        OfContentType("no body", _ => new HttpRequestMessage(HttpMethod.Post, "/token")),
        OfContentType("charset ISO-8859-1, in which a NUL would be read", attempt => Attempt.Raw(
            $"{attempt.Encoded(attempt.ByA())}%00", "application/x-www-form-urlencoded; charset=iso-8859-1")),
        Unreadable("charset UTF-7", 415, attempt => Attempt.Raw(
            attempt.Encoded(attempt.ByA()), "application/x-www-form-urlencoded; charset=utf-7")),
        Unreadable("charset of no name", 415, attempt => Attempt.Raw(
            attempt.Encoded(attempt.ByA()), "application/x-www-form-urlencoded; charset=\"no such\"")),
        Unreadable("NUL", 400, attempt => Attempt.Raw($"{attempt.Encoded(attempt.ByA())}%00")),
        Unreadable("NUL in a name", 400, attempt => Attempt.Raw($"{attempt.Encoded(attempt.ByA())}&client%00_id=client-b")),
        Unreadable("NUL in the type", 400, attempt => attempt.Request(attempt.ByA(), ("client_assertion_type", $"{Type}\0x"))),
        TooLarge("2,000 parameters", 400, attempt => Attempt.Raw(
            attempt.Encoded(attempt.ByA()) + string.Concat(Enumerable.Range(0, 2000).Select(number => $"&p{number}=")))),
        Attack.With("100 KiB of dots", "AS-15", "assertion_too_large", _ => new string('.', 100 * 1024)),
        TooLarge("200 KiB of dots", 413, attempt => attempt.Request(new string('.', 200 * 1024))),
        TooLarge("200 KiB in chunks", 413, attempt => Chunked(attempt.RequestAnd(attempt.ByA(), ("filler", new string('x', 200 * 1024))))),
        TooLarge("100 parameters", 400, attempt => Attempt.Raw(
            attempt.Encoded(attempt.ByA()) + string.Concat(Enumerable.Range(0, 100).Select(number => $"&p{number}=")))),
        Unreadable("a host that is none", 400, attempt => WithHost(attempt.Request(attempt.ByA()), "xn--a")),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Attack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_request_in_another_form_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    private static Attack Request(string name, string rule, string code, Func<Attempt, HttpRequestMessage> make) =>
        new(name, rule, code, make) { Status = 400, Error = InvalidRequest };

    /// <summary>RFC 6749 §3.2: POST and nothing else, which OpenIddict sees to.</summary>
    private static Attack OfMethod(string name, Func<Attempt, HttpRequestMessage> make) => Unreadable(name, 400, make);

    /// <summary>RFC 6749 Appendix B: one content type, in UTF-8.</summary>
    private static Attack OfContentType(string name, Func<Attempt, HttpRequestMessage> make) => Unread(name, 400, make);

    private static Attack TooLarge(string name, int status, Func<Attempt, HttpRequestMessage> make) => Unread(name, status, make);

    private static Attack Unread(string name, int status, Func<Attempt, HttpRequestMessage> make) =>
        new(name, "AS-15", null, make) { Status = status, Error = InvalidRequest };

    /// <summary>Nothing of it can be read, so there is nobody to authenticate, and no rule of ours to break.</summary>
    private static Attack Unreadable(string name, int status, Func<Attempt, HttpRequestMessage> make) =>
        new(name, null, null, make) { Status = status, Error = InvalidRequest };

    private static HttpRequestMessage WithBasic(Attempt attempt, string clientId, HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", attempt.BasicCredentials(clientId));
        return request;
    }

    private static HttpRequestMessage Bearing(HttpRequestMessage request, string token)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private static HttpRequestMessage InQuery(HttpRequestMessage request, Attempt attempt)
    {
        var path = request.RequestUri!.OriginalString;
        var query = attempt.Encoded(attempt.ByA());
        request.RequestUri = new Uri($"{path}{(path.Contains('?') ? '&' : '?')}{query[query.IndexOf("client_assertion_type", StringComparison.Ordinal)..]}", UriKind.Relative);
        return request;
    }

    private static HttpRequestMessage WithHeader(HttpRequestMessage request, string name, string value)
    {
        request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static HttpRequestMessage WithHost(HttpRequestMessage request, string host)
    {
        request.Headers.Host = host;
        return request;
    }

    private static HttpRequestMessage WithMethod(HttpRequestMessage request, HttpMethod method)
    {
        request.Method = method;
        return request;
    }

    private static HttpRequestMessage Chunked(HttpRequestMessage request)
    {
        request.Headers.TransferEncodingChunked = true;
        return request;
    }

    private static MultipartFormDataContent Multipart(Dictionary<string, string> parameters)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in parameters)
        {
            content.Add(new StringContent(value), name);
        }

        return content;
    }
}
