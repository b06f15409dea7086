using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>How a partner reads its keys, and operators read them: a page at a time.</summary>
[Trait("Rule", "KR-07")]
public abstract class KeyPagesTests(string provider) : RegistryTests(provider)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task The_pages_give_every_key_once_and_in_order(int limit)
    {
        // Two at each time: where the times are the same the kids tell the order.
        List<string> added = [];
        for (var number = 0; number < 5; number++)
        {
            added.Add(await Registry.AddKeyAsync(KeyState.Retired));
            Registry.Time.Advance(TimeSpan.FromSeconds(number % 2));
        }

        await Registry.EnrolAsync(Registry.NewOthersSubmission());
        var all = (await GetAsync($"{KeySteps.Keys}?limit=500")).Kids;
        Assert.Equal(added.Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));

        List<int> sizes = [];
        List<string> kids = [];
        for (var page = $"{KeySteps.Keys}?limit={limit}"; page is not null;)
        {
            (var found, page) = await GetAsync(page);
            sizes.Add(found.Count);
            kids.AddRange(found);
        }

        Assert.Equal(all, kids);
        Assert.All(sizes.SkipLast(1), size => Assert.Equal(limit, size));
        Assert.InRange(sizes[^1], 1, limit);
    }

    [Fact]
    public async Task A_page_begins_behind_the_key_that_is_named()
    {
        var first = (string)(await Registry.GetKeyAsync(await Registry.AddKeyAsync(KeyState.Retired)))["thumbprint"]!;
        Registry.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await Registry.AddKeyAsync(KeyState.Active);

        var (kids, next) = await GetAsync($"{KeySteps.Keys}?after={first}");

        Assert.Equal([second], kids);
        Assert.Null(next);
        Assert.Empty((await GetAsync($"{KeySteps.Keys}?after={(string)(await Registry.GetKeyAsync(second))["thumbprint"]!}")).Kids);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("limit=many")]
    [InlineData("after=")]
    [InlineData("after=nothing")]
    [InlineData("after=%00")]
    public async Task A_page_that_makes_no_sense_is_refused(string query)
    {
        var answer = await Registry.SendAsync(HttpMethod.Get, $"{KeySteps.Keys}?{query}", Registry.PartnerToken());
        Assert.Equal((StatusCodes.Status400BadRequest, "page_invalid"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_key_of_another_partner_names_no_page()
    {
        var others = Registry.NewOthersSubmission();
        await Registry.EnrolAsync(others);
        var answer = await Registry.SendAsync(
            HttpMethod.Get, $"{KeySteps.Keys}?after={others.Signer.Public.Thumbprint}", Registry.PartnerToken());
        Assert.Equal((StatusCodes.Status400BadRequest, "page_invalid"), (answer.Status, answer.Code));
    }

    private async Task<(List<string> Kids, string? Next)> GetAsync(string page)
    {
        var answer = await Registry.SendAsync(HttpMethod.Get, page, Registry.PartnerToken());
        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        return ([.. answer.Body!["keys"]!.AsArray().Select(key => (string)key!["kid"]!)], (string?)answer.Body["next"]);
    }
}

public sealed class KeyPagesTestsOnSqlite() : KeyPagesTests(ServiceDatabase.Sqlite);

public sealed class KeyPagesTestsOnPostgreSql() : KeyPagesTests(ServiceDatabase.PostgreSql);
