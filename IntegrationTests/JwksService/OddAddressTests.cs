using System.Net;

using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Characters that no name here has are the sender's fault, wherever they stand in an address, and no error of the service's.</summary>
[Trait("Rule", "KR-07")]
public abstract class OddAddressTests(string provider) : RegistryTests(provider)
{
    /// <summary>NUL, half a surrogate pair, no UTF-8, controls, quotes, a slash, other scripts, and more than any name is long.</summary>
    private static readonly string[] OddNames =
    [
        "%00",
        "a%00b",
        "%ED%A0%80",
        "%FF",
        "%0A",
        "%C2%85",
        "%20",
        "'%3B--",
        "%22",
        "a%2Fb",
        "%25",
        "%F0%9F%94%91",
        new('x', 300),
    ];

    [Fact]
    public Task An_odd_client_id_is_no_partner() =>
        AssertNotFoundAsync(from name in OddNames from endpoint in Named("{clientId}") select (endpoint.Method, endpoint.PathFor(name)));

    [Fact]
    public Task An_odd_kid_is_no_key() => AssertNotFoundAsync(
        from name in OddNames from endpoint in Named("{kid}") select (endpoint.Method, endpoint.PathFor(Registry.Partner, name)));

    [Theory]
    [InlineData("/partners", "limit", "0")]
    [InlineData("/partners", "limit", "501")]
    [InlineData("/partners", "limit", "-1")]
    [InlineData("/partners", "limit", "1e2")]
    [InlineData("/partners", "limit", "99999999999999999999")]
    [InlineData("/partners", "limit", "%EF%BC%91")]
    [InlineData("/partners", "limit", "%00")]
    [InlineData("/partners", "limit", "")]
    [InlineData("/partners", "limit", "1&limit=2")]
    [InlineData("/partners", "after", "%00")]
    [InlineData("/partners", "after", "partner-a%00")]
    [InlineData("/partners", "after", "%ED%A0%80")]
    [InlineData("/partners", "after", "a/b")]
    [InlineData("/partners/partner-a/audit", "limit", "%00")]
    [InlineData("/partners/partner-a/audit", "limit", "0")]
    [InlineData("/partners/partner-a/audit", "after", "%00")]
    [InlineData("/partners/partner-a/audit", "after", "-1")]
    [InlineData("/partners/partner-a/audit", "after", "99999999999999999999")]
    [InlineData("/partners/partner-a/audit", "after", "x")]
    public async Task A_page_that_nobody_can_find_is_refused_by_name(string path, string parameter, string value)
    {
        var answer = await Registry.SendTextAsync(HttpMethod.Get, $"{path}?{parameter}={value}", Registry.OperatorToken().Make());
        Assert.Equal((400, "page_invalid", "application/problem+json"), (answer.Status, answer.Code, answer.MediaType));
        Assert.StartsWith($"{parameter}:", (string?)answer.Body!["detail"], StringComparison.Ordinal);
        Registry.AssertNoErrorIsLogged();
    }

    [Fact]
    [Trait("Rule", "KR-03")]
    public async Task A_key_is_found_at_its_address_whatever_its_partner_calls_it()
    {
        await Registry.EnrolFirstKeyAsync();
        foreach (var kid in new[] { "a/b", "a b?c#d", "100%", "50%25", "\"'<&>\\", "\u00e9\U0001f511", "+", new string('k', 255) })
        {
            using var submitted = await Registry.SubmitAsync(Registry.NewOwnSubmission().WithKid(kid));
            var address = submitted.Headers.Location!.OriginalString;
            var found = await Registry.SendTextAsync(HttpMethod.Get, address, Registry.PartnerToken().Make());
            Assert.Equal((address, kid), (address, (string?)found.Body?["kid"]));
        }
    }

    [Theory]
    [Trait("Rule", "KR-03")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a%2Fb")]
    [InlineData("x/../../partner-b/keys/1")]
    [InlineData("x\\..\\1")]
    [InlineData("a%2fb")]
    public Task A_kid_whose_address_would_be_another_keys_is_refused(string kid) =>
        AssertRefusedAsync(HttpStatusCode.BadRequest, "jwk_malformed", it => it.WithKid(kid));

    private IEnumerable<RegistryEndpoint> Named(string parameter) =>
        RegistryEndpoint.AllOf(Registry.Service).Where(endpoint => endpoint.Pattern.Contains(parameter, StringComparison.Ordinal));

    /// <summary>404 of our own, or Kestrel's bare 400, with no word in the log above the usual.</summary>
    private Task AssertNotFoundAsync(IEnumerable<(string Method, string Path)> requests) => Registry.AssertUnchangedAsync(async () =>
    {
        var others = new List<string>();
        foreach (var (method, path) in requests)
        {
            var body = method == "POST" ? "{\"reason\":\"odd\"}" : null;
            var answer = await Registry.SendTextAsync(new HttpMethod(method), path, Registry.OperatorToken().Make(), body);
            if (answer.Status is not (400 or 404))
            {
                others.Add($"{method} {path}: {answer.Status} {answer.Code}");
            }
        }

        Assert.Empty(others);
    });
}

public sealed class OddAddressTestsOnSqlite() : OddAddressTests(ServiceDatabase.Sqlite);

public sealed class OddAddressTestsOnPostgreSql() : OddAddressTests(ServiceDatabase.PostgreSql);
