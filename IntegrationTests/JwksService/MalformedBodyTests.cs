using System.Net;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>
/// Bodies that are not what an endpoint takes. PostgreSQL keeps neither NUL nor half a character, so both are refused before it sees them.
/// </summary>
[Trait("Rule", "KR-05")]
public sealed class MalformedBodyTests() : RegistryTests(ServiceDatabase.Sqlite)
{
    private const string Malformed = "malformed_request";
    private const string Invalid = "member_invalid";
    private const string OwnPath = $"/partners/{Registry.Partner}";

    /// <summary>Bodies that no endpoint takes.</summary>
    private static readonly string[] TakenNowhere = ["{", "[]", "\"text\"", "1", "{}x", "{\"more\":1}", "{\"\\ud800\":1}", "\u0000"];

    private static readonly string[] Paths =
    [
        "/partners",
        $"{OwnPath}/suspend",
        $"{OwnPath}/enrolments",
        $"{OwnPath}/keys",
        $"{OwnPath}/keys/a-kid/retire",
        $"{OwnPath}/keys/a-kid/revoke",
    ];

    [Fact]
    public async Task A_body_of_another_form_is_refused_everywhere()
    {
        foreach (var (path, body) in from path in Paths from body in TakenNowhere select (path, body))
        {
            await RefusedAsync(HttpStatusCode.BadRequest, Malformed, path, body);
        }
    }

    [Fact]
    public async Task A_body_over_16_KiB_is_refused_everywhere()
    {
        foreach (var path in Paths)
        {
            await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "request_too_large", path, $"{{\"reason\":\"{new string('x', 16 * 1024)}\"}}");
        }
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=no-such")]
    public async Task A_body_of_another_type_is_refused_everywhere(string contentType)
    {
        foreach (var path in Paths)
        {
            await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type", path, "{}", contentType);
        }
    }

    [Theory]
    [InlineData(Malformed, "{\"clientId\":\"c\",\"name\":\"n\"}")]
    [InlineData(Malformed, "{\"clientId\":\"c\",\"name\":\"n\",\"contact\":null}")]
    [InlineData(Malformed, "{\"clientId\":1,\"name\":\"n\",\"contact\":\"c\"}")]
    [InlineData(Malformed, "{\"clientId\":\"c\",\"name\":\"n\",\"contact\":\"c\",\"state\":\"active\"}")]
    [InlineData(Malformed, "{\"clientId\":\"c\",\"clientId\":\"d\",\"name\":\"n\",\"contact\":\"c\"}")]
    [InlineData(Malformed, "{\"clientId\":\"c\",\"name\":\"\\ud800\",\"contact\":\"c\"}")]
    [InlineData(Malformed, "{\"clientId\":\"c\",\"name\":\"n\",\"contact\":\"c\",\"allowedAlgorithms\":\"PS256\"}")]
    [InlineData(Malformed, "{\"clientId\":\"c\",\"name\":\"n\",\"contact\":\"c\",\"allowedAlgorithms\":[1]}")]
    [InlineData(Invalid, "{\"clientId\":\"c\",\"name\":\"n\",\"contact\":\"c\",\"allowedAlgorithms\":[]}")]
    [InlineData(Invalid, "{\"clientId\":\"c\",\"name\":\"n\",\"contact\":\"c\",\"allowedAlgorithms\":[null]}")]
    [InlineData(Invalid, "{\"clientId\":\"c\",\"name\":\"n\",\"contact\":\"c\",\"allowedAlgorithms\":[\"RS256\"]}")]
    [InlineData(Invalid, "{\"clientId\":\"c\",\"name\":\"\\u0000\",\"contact\":\"c\"}")]
    [InlineData(Invalid, "{\"clientId\":\"c\",\"name\":\" \",\"contact\":\"c\"}")]
    [InlineData(Invalid, "{\"clientId\":\"c\",\"name\":\"n\",\"contact\":\"a\\nb\"}")]
    [InlineData(Invalid, "{\"clientId\":\"\",\"name\":\"n\",\"contact\":\"c\"}")]
    [InlineData(Invalid, "{\"clientId\":\"a/b\",\"name\":\"n\",\"contact\":\"c\"}")]
    [InlineData(Invalid, "{\"clientId\":\"..\",\"name\":\"n\",\"contact\":\"c\"}")]
    [InlineData(Invalid, "{\"clientId\":\"c\\u0000\",\"name\":\"n\",\"contact\":\"c\"}")]
    public Task A_partner_that_is_not_well_described_is_not_added(string code, string body) =>
        RefusedAsync(HttpStatusCode.BadRequest, code, "/partners", body);

    [Fact]
    public async Task A_text_that_is_too_long_is_refused()
    {
        var name = new string('n', 201);
        var reason = new string('r', 501);
        await RefusedAsync(HttpStatusCode.BadRequest, Invalid, "/partners", $"{{\"clientId\":\"c\",\"name\":\"{name}\",\"contact\":\"c\"}}");
        await RefusedAsync(HttpStatusCode.BadRequest, Invalid, "/partners", $"{{\"clientId\":\"c\",\"name\":\"n\",\"contact\":\"{name}\"}}");
        await RefusedAsync(HttpStatusCode.BadRequest, Invalid, $"{OwnPath}/suspend", $"{{\"reason\":\"{reason}\"}}");
    }

    [Theory]
    [InlineData(Malformed, "{}")]
    [InlineData(Malformed, "null")]
    [InlineData(Malformed, "{\"reason\":null}")]
    [InlineData(Malformed, "{\"reason\":1}")]
    [InlineData(Malformed, "{\"reason\":\"\\udc00\"}")]
    [InlineData(Invalid, "{\"reason\":\"\"}")]
    [InlineData(Invalid, "{\"reason\":\"a\\u0000b\"}")]
    public async Task A_reason_that_nobody_can_read_is_refused(string code, string body)
    {
        var kid = await Registry.EnrolFirstKeyAsync();
        await RefusedAsync(HttpStatusCode.BadRequest, code, $"{OwnPath}/suspend", body);
        await RefusedAsync(HttpStatusCode.BadRequest, code, $"{OwnPath}/keys/{kid}/revoke", body);
    }

    [Theory]
    [InlineData(Malformed, "\"60\"")]
    [InlineData(Malformed, "1.5")]
    [InlineData(Malformed, "99999999999")]
    [InlineData(Malformed, "true")]
    [InlineData(Invalid, "-1")]
    [InlineData(Invalid, "2592001")]
    public async Task A_time_that_is_no_number_of_seconds_in_range_is_refused(string code, string seconds)
    {
        var kid = await Registry.EnrolFirstKeyAsync();
        await RefusedAsync(HttpStatusCode.BadRequest, code, $"{OwnPath}/enrolments", $"{{\"lifetimeSeconds\":{seconds}}}");
        await RefusedAsync(HttpStatusCode.BadRequest, code, $"{OwnPath}/keys/{kid}/retire", $"{{\"overlapSeconds\":{seconds}}}");
    }

    [Theory]
    [InlineData("jwk_malformed", "\\u0000")]
    [InlineData("jwk_malformed", "a\\nb")]
    [InlineData("jwk_malformed", "")]
    [InlineData(Malformed, "\\ud800")]
    public async Task A_kid_that_nobody_can_read_is_refused(string code, string kid)
    {
        var body = Registry.NewSubmission().WithKid("KID").ToBody().ToJsonString().Replace("\"KID\"", $"\"{kid}\"", StringComparison.Ordinal);
        await RefusedAsync(HttpStatusCode.BadRequest, code, $"{OwnPath}/keys", body);
    }

    [Fact]
    [Trait("Rule", "KR-04")]
    public async Task A_jti_with_NUL_is_refused()
    {
        var submission = Registry.NewSubmission();
        submission.Claims["jti"] = "a\u0000b";
        await RefusedAsync(HttpStatusCode.BadRequest, "proof_jti_missing", $"{OwnPath}/keys", submission.ToBody().ToJsonString());
    }

    private async Task RefusedAsync(HttpStatusCode status, string code, string path, string body, string contentType = "application/json")
    {
        ApiAnswer? answer = null;
        await Registry.AssertUnchangedAsync(async () =>
            answer = await Registry.SendTextAsync(HttpMethod.Post, path, Registry.OperatorToken().Make(), body, contentType));
        Assert.Equal(
            (path, body, (int)status, code, "application/problem+json"), (path, body, answer!.Status, answer.Code, answer.MediaType));
    }
}
