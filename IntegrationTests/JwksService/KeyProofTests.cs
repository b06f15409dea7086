using System.Net;
using System.Text;
using System.Text.Json.Nodes;

using Microsoft.IdentityModel.Tokens;

using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

[Trait("Rule", "KR-04")]
public sealed class KeyProofTests() : RegistryTests(ServiceDatabase.Sqlite)
{
    private long Now => Registry.Time.GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    public Task A_proof_that_is_no_JWT_is_refused() => RefusedAsync("proof_malformed", it => it.Proof = "no-jwt");

    [Fact]
    public Task A_proof_with_a_fourth_part_is_refused() => RefusedAsync("proof_malformed", it => it.Proof = $"{it.MakeProof()}.e30");

    [Fact]
    public Task A_proof_without_signature_is_refused() =>
        RefusedAsync("proof_malformed", it => it.Proof = it.MakeProof()[..(it.MakeProof().LastIndexOf('.') + 1)]);

    [Fact]
    public Task A_proof_over_8_KiB_is_refused() => RefusedAsync("proof_malformed", it => it.Claims["padding"] = new string('x', 8 * 1024));

    [Fact]
    public Task A_proof_with_a_critical_extension_is_refused() =>
        RefusedAsync("proof_malformed", it => it.Header["crit"] = new JsonArray("exp"));

    [Fact]
    public Task A_proof_with_a_repeated_claim_is_refused() => RefusedAsync("proof_malformed", it =>
    {
        var claims = it.Claims.ToJsonString().Replace("{", "{\"iss\":\"partner-b\",", StringComparison.Ordinal);
        it.Proof = $"{Base64UrlEncoder.Encode(it.Header.ToJsonString())}.{Base64UrlEncoder.Encode(claims)}.c2ln";
    });

    [Fact]
    public Task A_proof_with_text_that_is_no_Unicode_is_refused() => RefusedAsync("proof_malformed", it =>
        it.Proof = $"{Base64UrlEncoder.Encode(it.Header.ToJsonString())}.{Base64UrlEncoder.Encode("""{"jti":"\ud800"}""")}.c2ln");

    [Theory]
    [InlineData("JWT")]
    [InlineData("client-authentication+jwt")]
    [InlineData("at+jwt")]
    [InlineData("text/key-proof+jwt")]
    [InlineData(null)]
    public Task A_proof_of_another_type_is_refused(string? type) => RefusedAsync("proof_wrong_type", it => it.Header["typ"] = type);

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("es256")]
    public Task A_proof_with_another_algorithm_than_the_keys_is_refused(string algorithm) =>
        RefusedAsync("proof_wrong_key", it => it.Header["alg"] = algorithm);

    [Fact]
    public Task A_proof_that_names_another_kid_is_refused() => RefusedAsync("proof_wrong_key", it => it.Header["kid"] = "another");

    /// <summary>As jose and jwcrypto make it of a key that was given no kid: it goes by its thumbprint then.</summary>
    [Fact]
    public Task A_proof_that_names_a_kid_of_a_key_without_one_is_refused() => RefusedAsync("proof_wrong_key", it =>
    {
        ((JsonObject)it.Key!).Remove("kid");
        it.Header["kid"] = "my-key";
    });

    [Fact]
    public Task A_proof_signed_by_another_key_is_refused() =>
        RefusedAsync("proof_signature_invalid", it => it.Signer = PartnerKeyPair.NewEc());

    [Fact]
    public Task A_proof_signed_by_another_RSA_key_is_refused() =>
        AssertRefusedAsync(
            HttpStatusCode.BadRequest, "proof_signature_invalid", it => it.Signer = PartnerKeyPair.NewRsa(), PartnerKeyPair.NewRsa());

    [Fact]
    public Task A_key_in_the_header_of_a_proof_is_not_followed() => RefusedAsync("proof_signature_invalid", it =>
    {
        it.Signer = PartnerKeyPair.NewEc();
        it.Header["jwk"] = it.Signer.Public.ToJson();
        it.Header["jku"] = $"{Registry.Service.Address}/partners/{Registry.OtherPartner}/.well-known/jwks";
    });

    [Fact]
    public Task A_proof_whose_claims_were_changed_after_signing_is_refused() => RefusedAsync("proof_signature_invalid", it =>
    {
        var parts = it.MakeProof().Split('.');
        it.Claims["jti"] = "another";
        it.Proof = $"{parts[0]}.{Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(it.Claims.ToJsonString()))}.{parts[2]}";
    });

    [Fact]
    public Task A_proof_issued_by_another_partner_is_refused() =>
        RefusedAsync("proof_wrong_partner", it => it.Claims["iss"] = Registry.OtherPartner);

    [Fact]
    public Task A_proof_about_another_partner_is_refused() =>
        RefusedAsync("proof_wrong_partner", it => it.Claims["sub"] = Registry.OtherPartner);

    [Theory]
    [InlineData("https://keys.example.test/")]
    [InlineData("https://KEYS.example.test")]
    [InlineData("https://other.example.test")]
    [InlineData(null)]
    public Task A_proof_for_another_audience_is_refused(string? audience) =>
        RefusedAsync("proof_wrong_audience", it => it.Claims["aud"] = audience);

    [Fact]
    public Task A_proof_for_a_list_of_audiences_is_refused() =>
        RefusedAsync("proof_wrong_audience", it => it.Claims["aud"] = new JsonArray(Registry.PublicAddress));

    [Fact]
    public Task A_proof_that_has_expired_is_refused() => RefusedAsync("proof_expired", it =>
    {
        it.Claims["iat"] = Now - 70;
        it.Claims["exp"] = Now - 10;
    });

    [Fact]
    public Task A_proof_that_lives_longer_than_60_seconds_is_refused() =>
        RefusedAsync("proof_lifetime_too_long", it => it.Claims["exp"] = Now + 61);

    [Theory]
    [InlineData("iat")]
    [InlineData("nbf")]
    public Task A_proof_from_the_future_is_refused(string claim) => RefusedAsync("proof_from_the_future", it =>
    {
        it.Claims[claim] = Now + 11;
        it.Claims["exp"] = Now + 60;
    });

    [Fact]
    public Task A_proof_with_times_in_milliseconds_is_refused() => RefusedAsync("proof_malformed", it =>
    {
        it.Claims["iat"] = Now * 1000;
        it.Claims["exp"] = (Now + 60) * 1000;
    });

    [Theory]
    [InlineData("iat")]
    [InlineData("exp")]
    public Task A_proof_without_its_times_is_refused(string claim) => RefusedAsync("proof_malformed", it => it.Claims.Remove(claim));

    /// <summary>Issue 14, row 9: a claim of another type is refused by its own code, and the answer never blames the signature.</summary>
    [Theory]
    [InlineData("jti", "5", "proof_jti_missing", "The proof's jti is 5, expected text of 1 to 255 characters")]
    [InlineData("iss", "5", "proof_wrong_partner", "The proof's iss is 5, expected 'partner-a'.")]
    [InlineData("sub", "null", "proof_wrong_partner", "The proof's sub is null, expected 'partner-a'.")]
    [InlineData("aud", "{}", "proof_wrong_audience", "The proof's aud is {}, expected")]
    [InlineData("iat", "null", "proof_malformed", "The proof's iat is null, expected a number of seconds")]
    [InlineData("nbf", "[]", "proof_malformed", "The proof's nbf is [], expected a number of seconds")]
    [InlineData("exp", "1E+300", "proof_malformed", "The proof's exp is 1E+300, expected a number of seconds")]
    [InlineData("iat", "\"1772366400\"", "proof_malformed", "The proof's iat is '1772366400', expected a number of seconds")]
    [InlineData("exp", "\"1772366400\"", "proof_malformed", "The proof's exp is '1772366400', expected a number of seconds")]
    [InlineData("nbf", "\"1772366400\"", "proof_malformed", "The proof's nbf is '1772366400', expected a number of seconds")]
    public Task A_claim_of_another_type_is_refused_by_its_own_code(string claim, string value, string code, string detail) =>
        Registry.AssertUnchangedAsync(async () =>
        {
            var submission = Registry.NewSubmission();
            submission.Claims[claim] = JsonNode.Parse(value);
            using var response = await Registry.SubmitAsync(submission);
            await Registry.AssertProblemAsync(HttpStatusCode.BadRequest, code, response);
            var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.StartsWith(detail, (string)problem["detail"]!, StringComparison.Ordinal);
        });

    /// <summary>Issue 14, rows 9 and 12 (RFC 7519 §4, RFC 7515 §4.1.9).</summary>
    [Theory]
    [InlineData("azp", "key-proof+jwt")]
    [InlineData("nonce", "application/key-proof+jwt")]
    [InlineData("auth_time", "Key-Proof+JWT")]
    public async Task What_no_rule_asks_for_is_ignored_and_the_type_is_a_media_type(string claim, string type)
    {
        var submission = Registry.NewSubmission();
        submission.Claims[claim] = new JsonObject { ["more"] = 5 };
        (submission.Header["typ"], submission.Header["cty"]) = (type, 5);

        await Registry.EnrolAsync(submission);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("line\nbreak")]
    public Task A_proof_without_a_sound_jti_is_refused(string? jti) => RefusedAsync("proof_jti_missing", it => it.Claims["jti"] = jti);

    [Fact]
    public Task A_proof_with_a_jti_over_255_characters_is_refused() =>
        RefusedAsync("proof_jti_missing", it => it.Claims["jti"] = new string('j', 256));

    [Theory]
    [InlineData(-69, -9)]
    [InlineData(10, 70)]
    [InlineData(0, 1)]
    public async Task A_clock_that_is_off_by_up_to_10_seconds_is_accepted(int issuedIn, int expiresIn)
    {
        var submission = Registry.NewSubmission();
        submission.Claims["iat"] = Now + issuedIn;
        submission.Claims["exp"] = Now + expiresIn;
        await Registry.EnrolAsync(submission);
    }

    [Fact]
    public async Task A_proof_that_names_no_kid_is_accepted()
    {
        var submission = Registry.NewSubmission();
        submission.Header.Remove("kid");
        await Registry.EnrolAsync(submission);
    }

    private Task RefusedAsync(string code, Action<Submission> breakOneThing) =>
        AssertRefusedAsync(HttpStatusCode.BadRequest, code, breakOneThing);
}
