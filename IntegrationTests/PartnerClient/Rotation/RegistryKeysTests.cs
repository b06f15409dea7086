using System.Net;
using System.Text;

using B2BAssertions.PartnerClient;
using B2BAssertions.PartnerClient.Enrolment;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;
using B2BAssertions.PartnerClient.Rotation;

using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Rotation;

/// <summary>A registry gives a partner's keys a page at a time; the client looks through all of them.</summary>
public sealed class RegistryKeysTests
{
    private const string Keys = "https://keys.example.test/partners/partner-a/keys";

    [Fact]
    public async Task Every_page_is_read_and_the_token_goes_nowhere_but_to_the_list()
    {
        var registry = new StubRegistry(query => query switch
        {
            "?limit=500" => Page("a", "\"https://elsewhere.example.test/steal?limit=500&after=a\""),
            "?limit=500&after=a" => Page("b", "\"/partners/partner-a/keys?limit=500&after=b\""),
            _ => Page("c", "null"),
        });

        var listed = await ListAsync(registry);

        Assert.False(listed.IsFailure(out _, out var keys));
        Assert.Equal(["a", "b", "c"], keys.Select(key => key.Kid));
        Assert.Equal([$"{Keys}?limit=500", $"{Keys}?limit=500&after=a", $"{Keys}?limit=500&after=b"], registry.Asked);
    }

    [Theory]
    [InlineData("\"?after=a\"")]
    [InlineData("\"no query\"")]
    public async Task A_list_without_an_end_or_with_a_page_nowhere_is_given_up(string next)
    {
        var registry = new StubRegistry(_ => Page("a", next));

        Assert.True((await ListAsync(registry)).IsFailure(out var failure, out _));

        Assert.Equal("registry_unreadable", failure.Code);
        Assert.InRange(registry.Asked.Count, 1, 51);
    }

    private static string Page(string kid, string next) =>
        $$"""
        {"keys":[{"kid":"{{kid}}","state":"active","createdAt":"2026-03-01T12:00:00Z","activatesAt":"2026-03-01T12:00:00Z"}],"next":{{next}}}
        """;

    private static async Task<Outcome<IReadOnlyList<RegistryKey>>> ListAsync(StubRegistry registry)
    {
        using var http = new HttpClient(registry);
        var requests = new Requests(TimeProvider.System);
        var options = Options.Create(new PartnerClientOptions { ClientId = "partner-a", JwksService = "https://keys.example.test" });
        var keys = new RegistryKeys(http, requests, new RegistryClient(http, requests, options), options);
        return await keys.ListAsync("token", TestContext.Current.CancellationToken);
    }

    private sealed class StubRegistry(Func<string, string> answer) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.AbsoluteUri);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(answer(request.RequestUri.Query), Encoding.UTF8, "application/json"),
            });
        }
    }
}
