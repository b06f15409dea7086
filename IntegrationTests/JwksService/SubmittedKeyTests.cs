using System.Net;
using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>What the endpoint makes of a body; the many ways in which a key can be unsound are PublicJwk's tests.</summary>
[Trait("Rule", "KR-05")]
public sealed class SubmittedKeyTests() : RegistryTests(ServiceDatabase.Sqlite)
{
    [Theory]
    [InlineData("d", "jwk_private")]
    [InlineData("k", "jwk_private")]
    public Task A_private_member_is_refused(string member, string code) => RefusedAsync(code, it => it.Key![member] = "AQAB");

    [Fact]
    public Task A_symmetric_key_is_refused() =>
        RefusedAsync("jwk_private", it => it.Key = new JsonObject { ["kty"] = "oct", ["k"] = "c2VjcmV0" });

    /// <summary>Issue 14, rows 1 and 23: no key material, so no alarm; and empty arrays, as .NET writes them, say nothing.</summary>
    [Theory]
    [InlineData("d", "null", "jwk_malformed")]
    [InlineData("key_ops", "[\"encrypt\"]", "jwk_wrong_use")]
    public Task A_key_that_is_no_sound_public_key_is_refused_without_an_alarm(string member, string value, string code) =>
        RefusedAsync(code, it => it.Key![member] = JsonNode.Parse(value));

    [Fact]
    public async Task A_key_with_empty_arrays_is_registered_without_them()
    {
        var submission = Registry.NewSubmission();
        foreach (var member in new[] { "oth", "key_ops", "x5c" })
        {
            submission.Key![member] = new JsonArray();
        }

        await Registry.EnrolAsync(submission);

        Assert.True(JsonNode.DeepEquals(submission.Signer.Public.ToJson(), Assert.Single(await Registry.GetKeysAsync(Registry.Partner))));
    }

    [Fact]
    public Task A_weak_key_is_refused() =>
        RefusedAsync("jwk_weak", it => it.Key = new JsonObject { ["kty"] = "RSA", ["n"] = $"{new string('_', 170)}8", ["e"] = "AQAB" });

    [Fact]
    public Task An_unknown_curve_is_refused() => RefusedAsync("jwk_unsupported_curve", it => it.Key!["crv"] = "P-521");

    [Fact]
    public Task A_wrong_algorithm_is_refused() => RefusedAsync("jwk_wrong_algorithm", it => it.Key!["alg"] = "ES384");

    [Fact]
    public Task An_encryption_key_is_refused() => RefusedAsync("jwk_wrong_use", it => it.Key!["use"] = "enc");

    [Fact]
    public Task A_key_that_is_no_object_is_refused() => RefusedAsync("jwk_malformed", it => it.Key = "key");

    [Fact]
    public async Task A_key_of_an_algorithm_that_is_not_the_partners_is_refused()
    {
        Registry.Settings["JwksService:Partners:0:AllowedAlgorithms:0"] = "PS256";
        await Registry.RestartAsync();
        await RefusedAsync("jwk_algorithm_not_allowed", _ => { });
        await Registry.EnrolAsync(Registry.NewSubmission(PartnerKeyPair.NewRsa()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"key\":{}}")]
    [InlineData("{\"proof\":\"a.b.c\"}")]
    [InlineData("{\"key\":{},\"proof\":1}")]
    [InlineData("{\"key\":{},\"proof\":\"\\ud800\"}")]
    [InlineData("{\"key\":{\"\\ud800\":1},\"proof\":\"a.b.c\"}")]
    [InlineData("{\"key\":{},\"proof\":\"a.b.c\",\"more\":1}")]
    [InlineData("{\"key\":{},\"key\":{},\"proof\":\"a.b.c\"}")]
    [InlineData("{\"key\":{\"kty\":\"EC\",\"kty\":\"RSA\"},\"proof\":\"a.b.c\"}")]
    public Task A_malformed_body_is_refused(string body) => Registry.AssertRefusedAsync(
        HttpStatusCode.BadRequest, "malformed_request", () => Registry.SubmitAsync(Registry.NewSubmission(), body));

    /// <summary>Issue 14, row 2: the reason is the true one.</summary>
    [Theory]
    [InlineData("{", "The body is not valid JSON from line 1, byte 2 on: expected")]
    [InlineData("[]", "The body has other members or is no object: expected")]
    [InlineData("{\"key\":{\"kty\":\"EC\",\"kty\":\"EC\"},\"proof\":\"a.b.c\"}", "The body repeats the member 'kty': expected")]
    [InlineData("{\"key\":{},\"proof\":\"\\ud800\"}", "The body holds text that is not Unicode: expected")]
    public async Task What_is_wrong_with_a_body_is_told(string body, string detail)
    {
        using var response = await Registry.SubmitAsync(Registry.NewSubmission(), body);

        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.StartsWith(detail, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    /// <summary>Issue 14, row 15 (RFC 9110 §5.6.6).</summary>
    [Theory]
    [InlineData("application/json;")]
    [InlineData("application/json; charset=utf-8;")]
    public async Task An_empty_parameter_of_the_content_type_is_ignored(string contentType)
    {
        var submission = Registry.NewSubmission();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/partners/{Registry.Partner}/keys");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(submission.ToBody().ToJsonString()));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.Authorization = new("Bearer", submission.Token);
        using var response = await Registry.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    /// <summary>Issue 14, row 16 (RFC 9110 §15.5.16).</summary>
    [Fact]
    public async Task A_compressed_body_is_refused_as_what_it_is()
    {
        var submission = Registry.NewSubmission();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/partners/{Registry.Partner}/keys");
        request.Content = new StringContent(submission.ToBody().ToJsonString(), Encoding.UTF8, "application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");
        using var response = await Registry.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await Registry.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type", response);
        Assert.Equal("identity", Assert.Single(response.Headers.GetValues("Accept-Encoding")));
        Assert.Contains("The body is compressed", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public Task A_body_over_16_KiB_is_refused() => Registry.AssertRefusedAsync(
        HttpStatusCode.RequestEntityTooLarge,
        "request_too_large",
        () => Registry.SubmitAsync(Registry.NewSubmission(), $"{{\"proof\":\"{new string('x', 16 * 1024)}\"}}"));

    [Fact]
    public Task A_body_that_is_not_JSON_is_refused() => Registry.AssertRefusedAsync(
        HttpStatusCode.UnsupportedMediaType,
        "unsupported_media_type",
        () => Registry.SubmitAsync(Registry.NewSubmission(), "key=1", "application/x-www-form-urlencoded"));

    [Fact]
    public Task A_body_without_a_content_type_is_refused() => Registry.AssertRefusedAsync(
        HttpStatusCode.UnsupportedMediaType,
        "unsupported_media_type",
        () => Registry.SubmitAsync(Registry.NewSubmission(), Registry.NewSubmission().ToBody().ToJsonString(), contentType: null));

    private Task RefusedAsync(string code, Action<Submission> breakOneThing) =>
        AssertRefusedAsync(HttpStatusCode.BadRequest, code, breakOneThing);
}
