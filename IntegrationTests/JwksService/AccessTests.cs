using System.Security.Cryptography;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Who reaches what, over every endpoint that the service has.</summary>
[Trait("Rule", "KR-07")]
public abstract class AccessTests(string provider) : RegistryTests(provider)
{
    private const string KeySubmission = "POST /partners/{clientId}/keys";
    private const string Metadata = $"resource_metadata=\"{Registry.PublicAddress}/.well-known/oauth-protected-resource\"";
    private const string TokenMissing = $"401 token_missing Bearer {Metadata}";
    private const string TokenInvalid = $"401 token_invalid Bearer error=\"invalid_token\", {Metadata}";

    private static readonly string[] OpenToAnyone =
    [
        "GET /.well-known/jwks",
        "GET /.well-known/oauth-protected-resource",
        "GET /alive",
        "GET /health",
        "GET /partners/{clientId}/.well-known/jwks",
        "HEAD /.well-known/jwks",
        "HEAD /partners/{clientId}/.well-known/jwks",
    ];

    private static readonly string[] OpenToPartners =
    [
        "GET /partners/{clientId}/keys",
        "GET /partners/{clientId}/keys/{kid}",
        KeySubmission,
        "POST /partners/{clientId}/keys/{kid}/activate",
        "POST /partners/{clientId}/keys/{kid}/retire",
        "POST /partners/{clientId}/keys/{kid}/revoke",
    ];

    private IReadOnlyList<RegistryEndpoint> All => RegistryEndpoint.AllOf(Registry.Service);

    private List<RegistryEndpoint> Administrative => [.. All.Where(endpoint => !endpoint.IsOpenToAnyone)];

    [Fact]
    [Trait("Rule", "KR-01")]
    public void Open_to_anyone_is_only_what_everyone_may_read() => Assert.Equal(
        OpenToAnyone,
        All.Where(endpoint => endpoint.IsOpenToAnyone).Select(endpoint => $"{endpoint}").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_address_that_partners_reach_is_there() => Assert.Superset(
        OpenToPartners.ToHashSet(), Administrative.Select(endpoint => $"{endpoint}").ToHashSet());

    [Fact]
    [Trait("Rule", "RS-03")]
    public Task Without_a_token_nothing_is_reached() => AssertAllRefusedAsync(Administrative, TokenMissing, token: null);

    [Fact]
    [Trait("Rule", "RS-01")]
    public Task A_token_in_the_query_is_ignored() =>
        AssertAllRefusedAsync(Administrative, TokenMissing, token: null, query: $"?access_token={Registry.OperatorToken().Make()}");

    [Fact]
    [Trait("Rule", "RS-03")]
    public Task A_token_of_another_scope_reaches_nothing() => AssertAllRefusedAsync(
        Administrative, ScopeMissing, Registry.AccessToken(Registry.Partner, $"{SystemSettings.ReadScope} keys2 partners partners:manage2").Make());

    [Fact]
    [Trait("Rule", "RS-03")]
    public Task A_partner_reaches_nothing_of_the_operators() =>
        AssertAllRefusedAsync(Administrative.Where(IsForOperatorsAlone), ScopeMissing, Registry.PartnerToken().Make());

    [Theory]
    [InlineData(Registry.OtherPartner)]
    [InlineData("nobody")]
    [InlineData("PARTNER-A")]
    [InlineData("partner-a%20")]
    public async Task A_partner_reaches_nothing_of_another_partner_be_it_there_or_not(string clientId)
    {
        var theirs = Registry.NewOthersSubmission();
        await Registry.EnrolAsync(theirs);
        await AssertAllRefusedAsync(
            Administrative.Where(IsForPartners),
            $"403 partner_foreign Bearer {Metadata}",
            Registry.PartnerToken().Make(),
            clientId,
            theirs.Signer.Public.KeyId);
    }

    [Fact]
    [Trait("Rule", "RS-02")]
    public Task A_token_for_another_API_is_refused() => RefusedAsync(token => token.Claims["aud"] = "https://orders.example.test");

    [Fact]
    [Trait("Rule", "RS-02")]
    public Task An_expired_token_is_refused() =>
        RefusedAsync(token => token.Claims["exp"] = Registry.Time.GetUtcNow().AddSeconds(-11).ToUnixTimeSeconds());

    [Fact]
    [Trait("Rule", "RS-02")]
    public Task A_token_of_another_issuer_is_refused() => RefusedAsync(token => token.Claims["iss"] = "https://login.example.test");

    [Fact]
    [Trait("Rule", "RS-02")]
    public async Task A_token_signed_by_another_issuers_key_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RefusedAsync(token => token.SignedBy(other));
        await RefusedAsync(token => token.Sign = data => other.SignData(data, HashAlgorithmName.SHA256));
    }

    [Theory]
    [Trait("Rule", "RS-02")]
    [InlineData("JWT")]
    [InlineData("client-authentication+jwt")]
    [InlineData(Jose.KeyProof.Type)]
    [InlineData(null)]
    public Task A_JWT_that_is_no_access_token_is_refused(string? type) => RefusedAsync(token => token.Header["typ"] = type);

    [Fact]
    public async Task A_partners_own_key_signs_no_access_token()
    {
        var submission = Registry.NewSubmission();
        await Registry.EnrolAsync(submission);
        await AssertAllRefusedAsync(
            Administrative,
            TokenInvalid,
            submission.Signer.Sign(
                new() { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = submission.Signer.Public.KeyId }, Registry.OperatorToken().Claims));
    }

    [Fact]
    public Task An_enrolment_token_reaches_nothing_but_the_submission_of_a_key() =>
        AssertAllRefusedAsync(Administrative.Where(endpoint => $"{endpoint}" is not KeySubmission), TokenInvalid, Registry.Token);

    [Fact]
    public Task An_operator_reaches_everything_of_every_partner() =>
        AssertAllReachedAsync(Administrative, Registry.OperatorToken(), Registry.OtherPartner);

    [Fact]
    public Task A_partner_reaches_what_is_its_own() =>
        AssertAllReachedAsync(Administrative.Where(IsForPartners), Registry.PartnerToken(), Registry.Partner);

    private static bool IsForPartners(RegistryEndpoint endpoint) => OpenToPartners.Contains($"{endpoint}");

    private static bool IsForOperatorsAlone(RegistryEndpoint endpoint) => !IsForPartners(endpoint);

    private static string ScopeMissing(RegistryEndpoint endpoint) =>
        $"403 scope_missing Bearer error=\"insufficient_scope\", scope=\"{(IsForPartners(endpoint) ? "partners:manage keys" : "partners:manage")}\", {Metadata}";

    /// <summary>An operator's token with one thing broken.</summary>
    private Task RefusedAsync(Action<AccessTokenMaker> breakOneThing)
    {
        var token = Registry.OperatorToken();
        breakOneThing(token);
        return AssertAllRefusedAsync(Administrative, TokenInvalid, token.Make());
    }

    private Task AssertAllRefusedAsync(
        IEnumerable<RegistryEndpoint> endpoints,
        string expected,
        string? token,
        string clientId = Registry.Partner,
        string kid = "a-kid",
        string query = "") => AssertAllRefusedAsync(endpoints, _ => expected, token, clientId, kid, query);

    private Task AssertAllRefusedAsync(
        IEnumerable<RegistryEndpoint> endpoints,
        Func<RegistryEndpoint, string> expected,
        string? token,
        string clientId = Registry.Partner,
        string kid = "a-kid",
        string query = "") => Registry.AssertUnchangedAsync(async () =>
    {
        var answers = new Dictionary<RegistryEndpoint, string>();
        foreach (var endpoint in endpoints)
        {
            var path = endpoint.PathFor(clientId, kid) + query;
            var answer = await Registry.SendTextAsync(new HttpMethod(endpoint.Method), path, token, Body(endpoint));
            answers.Add(endpoint, $"{answer.Status} {answer.Code} {answer.Challenge}");
        }

        Assert.NotEmpty(answers);
        Assert.Equal(answers.ToDictionary(answer => answer.Key, answer => expected(answer.Key)), answers);
    });

    private async Task AssertAllReachedAsync(IEnumerable<RegistryEndpoint> endpoints, AccessTokenMaker token, string clientId)
    {
        var statuses = new Dictionary<RegistryEndpoint, int>();
        foreach (var endpoint in endpoints)
        {
            var answer = await Registry.SendTextAsync(new HttpMethod(endpoint.Method), endpoint.PathFor(clientId), token.Make(), Body(endpoint));
            statuses.Add(endpoint, answer.Status);
        }

        Assert.NotEmpty(statuses);
        Assert.DoesNotContain(statuses, answer => answer.Value is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or >= 500);
    }

    private static string? Body(RegistryEndpoint endpoint) => endpoint.Method is "POST" or "PUT" ? "{}" : null;
}

public sealed class AccessTestsOnSqlite() : AccessTests(ServiceDatabase.Sqlite);

public sealed class AccessTestsOnPostgreSql() : AccessTests(ServiceDatabase.PostgreSql);
