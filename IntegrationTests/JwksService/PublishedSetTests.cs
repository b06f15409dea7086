using System.Net;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.PartnerKeys;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

public abstract class PublishedSetTests(string provider) : RegistryTests(provider)
{
    private const string Path = $"/partners/{Registry.Partner}/.well-known/jwks";
    private const string DefaultPath = "/.well-known/jwks";

    [Theory]
    [InlineData(Path)]
    [InlineData(DefaultPath)]
    [Trait("Rule", "KR-02")]
    public async Task A_set_is_served_with_its_media_type_a_strong_ETag_and_a_max_age(string path)
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        using var response = await SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/jwk-set+json", response.Content.Headers.ContentType!.ToString());
        Assert.False(response.Headers.ETag!.IsWeak);
        Assert.Equal("public, max-age=300", response.Headers.CacheControl!.ToString());
    }

    [Fact]
    [Trait("Rule", "KR-02")]
    public async Task A_head_request_has_the_headers_of_a_get_and_no_body()
    {
        await Registry.EnrolAsync(Registry.NewSubmission());
        using var get = await SendAsync(HttpMethod.Get, Path);
        using var head = await SendAsync(HttpMethod.Head, Path);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("W/{0}")]
    [InlineData("\"another\", {0}")]
    [InlineData("*")]
    [Trait("Rule", "KR-02")]
    public async Task Who_has_the_set_already_is_told_so(string ifNoneMatch)
    {
        using var first = await SendAsync(HttpMethod.Get, Path);
        var condition = ifNoneMatch.Replace("{0}", first.Headers.ETag!.ToString(), StringComparison.Ordinal);
        using var second = await SendAsync(HttpMethod.Get, Path, condition);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(first.Headers.CacheControl!.ToString(), second.Headers.CacheControl!.ToString());
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    [Trait("Rule", "KR-02")]
    public async Task Who_has_an_older_set_gets_the_new_one()
    {
        using var first = await SendAsync(HttpMethod.Get, Path);
        await Registry.EnrolAsync(Registry.NewSubmission());
        using var second = await SendAsync(HttpMethod.Get, Path, first.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.NotEqual(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    [Trait("Rule", "KR-02")]
    public async Task The_max_age_is_a_setting()
    {
        Registry.Settings["JwksService:JwksMaxAge"] = "01:00:00";
        await Registry.RestartAsync();
        using var response = await SendAsync(HttpMethod.Get, Path);
        Assert.Equal(TimeSpan.FromHours(1), response.Headers.CacheControl!.MaxAge);
    }

    [Fact]
    [Trait("Rule", "KR-01")]
    public async Task A_partner_without_keys_has_an_empty_set() =>
        Assert.Equal("""{"keys":[]}""", await Registry.Service.Client.GetStringAsync(Path, Cancellation));

    [Theory]
    [InlineData("/partners/nobody/.well-known/jwks")]
    [InlineData("/partners/PARTNER-A/.well-known/jwks")]
    [Trait("Rule", "KR-01")]
    public async Task A_partner_that_does_not_exist_has_no_set(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path);
        await Registry.AssertProblemAsync(HttpStatusCode.NotFound, "partner_unknown", response);
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    [Trait("Rule", "KR-01")]
    public async Task Without_a_default_partner_the_default_address_has_no_set()
    {
        Registry.Settings.Remove("JwksService:DefaultPartner");
        await Registry.RestartAsync();
        using var response = await SendAsync(HttpMethod.Get, DefaultPath);
        await Registry.AssertProblemAsync(HttpStatusCode.NotFound, "no_default_partner", response);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/jwks")]
    [InlineData("/.well-known/jwks/1")]
    [InlineData("/partners/partner-a/.well-known/jwks.json")]
    [Trait("Rule", "KR-01")]
    public async Task Any_other_path_is_not_found(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path);
        await Registry.AssertProblemAsync(HttpStatusCode.NotFound, "not_found", response);
    }

    [Fact]
    [Trait("Rule", "KR-06")]
    public async Task Pending_active_and_not_yet_retired_keys_are_published_in_order()
    {
        var now = Registry.Time.GetUtcNow();
        var expected = new[]
        {
            await AddAsync(now.AddSeconds(1), activatesAt: now.AddSeconds(9)),
            await AddAsync(now.AddSeconds(2)),
            await AddAsync(now.AddSeconds(3), retiresAt: now.AddSeconds(1)),
        };
        await AddAsync(now, retiresAt: now);
        await AddAsync(now, revokedAt: now);
        Assert.Equal(expected, await KidsAsync());
        Registry.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(expected[..2], await KidsAsync());
    }

    [Fact]
    [Trait("Rule", "KR-05")]
    public async Task A_private_key_that_found_its_way_into_the_database_is_not_published()
    {
        var now = Registry.Time.GetUtcNow();
        await AddAsync(now, change: jwk => jwk.Replace("{", "{\"d\":\"c2VjcmV0\",", StringComparison.Ordinal));
        using var response = await SendAsync(HttpMethod.Get, Path);
        await Registry.AssertProblemAsync(HttpStatusCode.InternalServerError, "internal_error", response);
        Assert.DoesNotContain("c2VjcmV0", string.Join('\n', Registry.Service.Logs.Lines), StringComparison.Ordinal);
    }

    private async Task<string> AddAsync(
        DateTimeOffset createdAt,
        DateTimeOffset? activatesAt = null,
        DateTimeOffset? retiresAt = null,
        DateTimeOffset? revokedAt = null,
        Func<string, string>? change = null)
    {
        var jwk = PartnerKeyPair.NewEc().Public;
        var json = jwk.ToJson().ToJsonString();
        await Registry.QueryAsync(database =>
        {
            database.PartnerKeys.Add(new PartnerKey
            {
                ClientId = Registry.Partner,
                KeyId = jwk.KeyId,
                Thumbprint = jwk.Thumbprint,
                Algorithm = jwk.Algorithm.Name,
                Jwk = change?.Invoke(json) ?? json,
                CreatedAt = createdAt,
                ActivatesAt = activatesAt ?? createdAt,
                RetiresAt = retiresAt,
                RevokedAt = revokedAt,
            });
            return database.SaveChangesAsync(Cancellation);
        });
        return jwk.KeyId;
    }

    private async Task<IEnumerable<string>> KidsAsync() =>
        (await Registry.GetKeysAsync(Registry.Partner)).Select(key => key!["kid"]!.GetValue<string>());

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        return await Registry.Service.Client.SendAsync(request, Cancellation);
    }
}

public sealed class PublishedSetTestsOnSqlite() : PublishedSetTests(ServiceDatabase.Sqlite);

public sealed class PublishedSetTestsOnPostgreSql() : PublishedSetTests(ServiceDatabase.PostgreSql);
