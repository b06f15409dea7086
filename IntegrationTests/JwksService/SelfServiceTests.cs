using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Later keys, which the partner registers itself with its access token.</summary>
[Trait("Rule", "KR-07")]
public abstract class SelfServiceTests(string provider) : RegistryTests(provider)
{
    private readonly PartnerKeyPair _first = PartnerKeyPair.NewEc();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Registry.EnrolAsync(Registry.NewSubmission(_first));
    }

    [Fact]
    [Trait("Rule", "KR-06")]
    public async Task A_second_key_is_published_at_once_and_active_when_every_reader_has_it()
    {
        // Not in one instant: keys stand in the order in which they came.
        Registry.Time.Advance(TimeSpan.FromSeconds(1));
        var submission = Registry.NewOwnSubmission();
        var kid = submission.Signer.Public.KeyId;
        using var response = await Registry.SubmitAsync(submission);

        var answer = await ApiAnswer.ReadAsync(response);
        Assert.Equal((StatusCodes.Status201Created, "pending"), (answer.Status, (string?)answer.Body!["state"]));
        Assert.Equal(Registry.Time.GetUtcNow() + PartnerSteps.ActivationDelay, (DateTimeOffset)answer.Body["activatesAt"]!);
        Assert.Equal($"/partners/{Registry.Partner}/keys/{kid}", response.Headers.Location!.OriginalString);
        Assert.Equal([_first.Public.KeyId, kid], (await Registry.GetKeysAsync(Registry.Partner)).Select(key => (string?)key!["kid"]));

        Registry.Time.Advance(PartnerSteps.ActivationDelay - TimeSpan.FromMilliseconds(1));
        Assert.Equal("pending", await StateAsync(kid));
        Registry.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("active", await StateAsync(kid));
    }

    [Fact]
    public async Task An_operator_registers_a_key_for_a_partner_that_proves_it()
    {
        var submission = Registry.NewSubmission();
        submission.Token = Registry.OperatorToken().Make();
        await Registry.EnrolAsync(submission);
        Assert.Equal("pending", await StateAsync(submission.Signer.Public.KeyId));
    }

    [Fact]
    [Trait("Rule", "KR-04")]
    public Task A_proof_signed_by_another_key_is_refused() =>
        RefusedAsync("proof_signature_invalid", it => it.Signer = PartnerKeyPair.NewEc());

    [Fact]
    [Trait("Rule", "KR-04")]
    public Task A_proof_signed_by_the_partners_present_key_is_refused() => RefusedAsync("proof_signature_invalid", it => it.Signer = _first);

    [Fact]
    [Trait("Rule", "KR-04")]
    public Task An_expired_proof_is_refused() => RefusedAsync("proof_expired", it =>
    {
        it.Claims["iat"] = Registry.Time.GetUtcNow().ToUnixTimeSeconds() - 70;
        it.Claims["exp"] = Registry.Time.GetUtcNow().ToUnixTimeSeconds() - 10;
    });

    [Theory]
    [Trait("Rule", "KR-04")]
    [InlineData("iss")]
    [InlineData("sub")]
    public Task A_proof_for_another_partner_is_refused(string claim) =>
        RefusedAsync("proof_wrong_partner", it => it.Claims[claim] = Registry.OtherPartner);

    [Fact]
    [Trait("Rule", "KR-04")]
    public async Task A_proof_that_registered_a_key_registers_no_other()
    {
        var accepted = Registry.NewOwnSubmission();
        await Registry.EnrolAsync(accepted);
        await RefusedAsync("proof_replayed", it => it.Claims["jti"] = (string?)accepted.Claims["jti"]);
    }

    [Fact]
    [Trait("Rule", "KR-05")]
    public async Task A_submission_sent_twice_registers_one_key()
    {
        var submission = Registry.NewOwnSubmission();
        var body = submission.ToBody().ToJsonString();
        await Registry.EnrolAsync(submission);
        submission.Proof = (string?)JsonNode.Parse(body)!["proof"];
        await Registry.AssertRefusedAsync(HttpStatusCode.BadRequest, "proof_replayed", () => Registry.SubmitAsync(submission, body));
    }

    [Fact]
    [Trait("Rule", "KR-05")]
    public Task A_private_key_is_refused() => RefusedAsync("jwk_private", it => it.Key!["d"] = "AQAB");

    [Fact]
    [Trait("Rule", "KR-05")]
    public Task A_symmetric_key_is_refused() =>
        RefusedAsync("jwk_private", it => it.Key = new JsonObject { ["kty"] = "oct", ["k"] = "c2VjcmV0" });

    [Fact]
    [Trait("Rule", "KR-05")]
    public async Task An_RSA_key_of_1024_bits_is_refused()
    {
        using var weak = RSA.Create(1024);
        var parameters = weak.ExportParameters(includePrivateParameters: false);
        await RefusedAsync("jwk_weak", it => it.Key = new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
            ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
        });
    }

    [Fact]
    [Trait("Rule", "KR-05")]
    public async Task A_key_on_P_521_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        await RefusedAsync("jwk_unsupported_curve", it => it.Key = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-521",
            ["x"] = Base64UrlEncoder.Encode(point.X),
            ["y"] = Base64UrlEncoder.Encode(point.Y),
        });
    }

    [Fact]
    [Trait("Rule", "KR-05")]
    public async Task A_key_of_an_algorithm_that_is_not_the_partners_is_refused()
    {
        Registry.Settings["JwksService:Partners:0:AllowedAlgorithms:0"] = "PS256";
        await Registry.RestartAsync();
        await RefusedAsync("jwk_algorithm_not_allowed", _ => { });
    }

    [Fact]
    [Trait("Rule", "KR-05")]
    public Task The_partners_present_key_is_not_registered_again() => RefusedAsync(
        "key_duplicate", it => it.WithKid("another-kid"), _first, HttpStatusCode.Conflict);

    [Fact]
    [Trait("Rule", "KR-03")]
    public Task The_kid_of_the_partners_present_key_is_not_given_again() => RefusedAsync(
        "key_duplicate", it => it.WithKid(_first.Public.KeyId), status: HttpStatusCode.Conflict);

    [Fact]
    [Trait("Rule", "KR-03")]
    public async Task The_thumbprint_of_another_key_is_no_kid()
    {
        var named = Registry.NewOwnSubmission().WithKid("named");
        await Registry.EnrolAsync(named);
        await RefusedAsync("key_duplicate", it => it.WithKid(named.Signer.Public.Thumbprint), status: HttpStatusCode.Conflict);
    }

    [Fact]
    [Trait("Rule", "KR-03")]
    public async Task The_kid_of_a_revoked_key_is_not_given_again()
    {
        var revoked = await Registry.AddKeyAsync();
        Assert.Equal(StatusCodes.Status200OK, (await Registry.RevokeAsync(revoked)).Status);
        await RefusedAsync("key_duplicate", it => it.WithKid(revoked), status: HttpStatusCode.Conflict);
    }

    [Fact]
    [Trait("Rule", "KR-05")]
    public async Task One_key_more_than_the_most_is_refused_until_another_leaves()
    {
        var kid = await Registry.AddKeyAsync();
        for (var published = 2; published < PartnerKey.MaxPublished; published++)
        {
            await Registry.AddKeyAsync();
        }

        await RefusedAsync("key_limit_reached", _ => { }, status: HttpStatusCode.Conflict);
        Assert.Equal(StatusCodes.Status200OK, (await Registry.RevokeAsync(kid)).Status);
        await Registry.AddKeyAsync();
    }

    private async Task<string?> StateAsync(string kid) => (string?)(await Registry.GetKeyAsync(kid))["state"];

    private Task RefusedAsync(
        string code,
        Action<Submission> breakOneThing,
        PartnerKeyPair? key = null,
        HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        var submission = Registry.NewOwnSubmission(key);
        breakOneThing(submission);
        return Registry.AssertRefusedAsync(status, code, () => Registry.SubmitAsync(submission));
    }
}

public sealed class SelfServiceTestsOnSqlite() : SelfServiceTests(ServiceDatabase.Sqlite);

public sealed class SelfServiceTestsOnPostgreSql() : SelfServiceTests(ServiceDatabase.PostgreSql);
