using System.Globalization;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>How operators read the audit trail of a partner.</summary>
[Trait("Rule", "KR-09")]
public abstract class AuditPagesTests(string provider) : RegistryTests(provider)
{
    private const string Trail = $"/partners/{Registry.Partner}/audit";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_pages_give_every_record_once_and_in_order(int limit)
    {
        await AddRecordsAsync(6);
        var all = (await GetAsync($"{Trail}?limit=500")).Ids;
        Assert.Equal(8, all.Count);
        Assert.Equal(all.Order(), all);

        var (sizes, ids) = await WalkAsync(limit, () => Task.CompletedTask);
        Assert.Equal(all, ids);
        Assert.All(sizes.SkipLast(1), size => Assert.Equal(limit, size));
        Assert.InRange(sizes[^1], 1, limit);
    }

    [Fact]
    public async Task Records_that_are_added_meanwhile_are_in_the_pages_behind()
    {
        await AddRecordsAsync(4);
        var left = 3;
        var (_, ids) = await WalkAsync(limit: 2, async () =>
        {
            // Of the other partner too: its records are between, and never in these pages.
            if (left-- > 0)
            {
                await Registry.NewTokenAsync(Registry.OtherPartner);
                await Registry.NewTokenAsync();
            }
        });

        Assert.Equal(9, ids.Count);
        Assert.Equal(ids.Distinct().Order(), ids);
        Assert.Equal((await GetAsync($"{Trail}?limit=500")).Ids, ids);
    }

    [Fact]
    public async Task A_page_begins_behind_the_record_that_is_named()
    {
        await AddRecordsAsync(3);
        var all = (await GetAsync(Trail)).Ids;
        var (ids, next) = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"{Trail}?after={all[1]}"));
        Assert.Equal(all.Skip(2), ids);
        Assert.Null(next);
        Assert.Empty((await GetAsync(string.Create(CultureInfo.InvariantCulture, $"{Trail}?after={all[^1]}"))).Ids);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("limit=-1")]
    [InlineData("limit=many")]
    [InlineData("limit=")]
    [InlineData("after=")]
    [InlineData("after=-1")]
    [InlineData("after=1%20")]
    [InlineData("after=99999999999999999999")]
    public async Task A_page_that_makes_no_sense_is_refused(string query)
    {
        var answer = await Registry.SendAsync(HttpMethod.Get, $"{Trail}?{query}", Registry.OperatorToken());
        Assert.Equal((StatusCodes.Status400BadRequest, "page_invalid"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Operators_alone_read_the_trail()
    {
        await AssertRefusedAsync(StatusCodes.Status401Unauthorized, null);
        await AssertRefusedAsync(StatusCodes.Status403Forbidden, Registry.PartnerToken());
        await AssertRefusedAsync(StatusCodes.Status403Forbidden, Registry.AccessToken(Registry.Operator, "read"));
        Assert.NotEmpty((await GetAsync(Trail)).Ids);
    }

    [Fact]
    public async Task The_trail_of_an_unknown_partner_is_not_found()
    {
        var answer = await Registry.SendAsync(HttpMethod.Get, "/partners/nobody/audit", Registry.OperatorToken());
        Assert.Equal((StatusCodes.Status404NotFound, "partner_unknown"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task The_trail_can_only_be_read(string method)
    {
        var before = await Registry.DumpAsync();
        var answer = await Registry.SendAsync(new HttpMethod(method), Trail, Registry.OperatorToken());
        Assert.Equal(StatusCodes.Status405MethodNotAllowed, answer.Status);
        Assert.Equal(before, await Registry.DumpAsync());
    }

    private async Task AssertRefusedAsync(int status, AccessTokenMaker? token)
    {
        var answer = await Registry.SendAsync(HttpMethod.Get, Trail, token);
        Assert.Equal(status, answer.Status);
        Assert.Null(answer.Body?["records"]);
    }

    private async Task AddRecordsAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            await Registry.NewTokenAsync();
        }
    }

    private async Task<(List<int> Sizes, List<long> Ids)> WalkAsync(int limit, Func<Task> betweenPages)
    {
        List<int> sizes = [];
        List<long> ids = [];
        for (var page = string.Create(CultureInfo.InvariantCulture, $"{Trail}?limit={limit}"); page is not null;)
        {
            (var found, page) = await GetAsync(page);
            sizes.Add(found.Count);
            ids.AddRange(found);
            await betweenPages();
        }

        return (sizes, ids);
    }

    private async Task<(List<long> Ids, string? Next)> GetAsync(string page)
    {
        var answer = await Registry.SendAsync(HttpMethod.Get, page, Registry.OperatorToken());
        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        return ([.. answer.Body!["records"]!.AsArray().Select(record => (long)record!["id"]!)], (string?)answer.Body["next"]);
    }
}

public sealed class AuditPagesTestsOnSqlite() : AuditPagesTests(ServiceDatabase.Sqlite);

public sealed class AuditPagesTestsOnPostgreSql() : AuditPagesTests(ServiceDatabase.PostgreSql);
