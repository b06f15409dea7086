using System.Net;
using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>What the endpoint makes of a body; the many ways in which a key can be unsound are PublicJwk's tests.</summary>
[Trait("Rule", "KR-05")]
public abstract class SubmittedKeyTests(string provider) : RegistryTests(provider)
{
    [Theory]
    [InlineData("d", "jwk_private")]
    [InlineData("k", "jwk_private")]
    public Task A_private_member_is_refused(string member, string code) => RefusedAsync(code, it => it.Key![member] = "AQAB");

    [Fact]
    public Task A_symmetric_key_is_refused() =>
        RefusedAsync("jwk_private", it => it.Key = new JsonObject { ["kty"] = "oct", ["k"] = "c2VjcmV0" });

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

public sealed class SubmittedKeyTestsOnSqlite() : SubmittedKeyTests(ServiceDatabase.Sqlite);

public sealed class SubmittedKeyTestsOnPostgreSql() : SubmittedKeyTests(ServiceDatabase.PostgreSql);
