using System.Text;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.ServiceDefaults;

using CsCheck;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>A right access token, mutated in any byte and any member. The specimens are sent last: they were good all the time.</summary>
public sealed class AccessTokenFuzzTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Any byte goes into the header, also those that HttpClient would not send.</summary>
    private HttpClient _client = null!;
    private TestIssuer _issuer = null!;
    private RunningService _api = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        var address = new ReservedAddress();
        _api = await RunningService.StartAsync(
            OrdersApi.Program.Build,
            address,
            _directory.Path,
            new Dictionary<string, string>(SystemSettings.ForOrdersApi(new SystemAddresses(_issuer.Address, "http://127.0.0.1:1", address.Address)))
            {
                // All mutants come from one address.
                ["OrdersApi:FailuresPerMinuteAndAddress"] = "1000000",
                ["OrdersApi:ReadsPerMinuteAndPartner"] = "1000000",
            },
            _time,
            FuzzRun.LogLittle);
        _client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 }) { BaseAddress = new Uri(_api.Address) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    [Trait("Rule", "RS-02")]
    [Trait("Rule", "RS-05")]
    public async Task No_mutant_of_an_access_token_is_accepted_and_none_is_an_error_of_the_API()
    {
        AccessTokenMaker[] makers = [Token(), Token().SignedBy(_issuer.RsaKey)];
        var specimens = makers.Select(maker => new Specimen(maker.Header, maker.Claims, maker.Sign)).ToArray();
        var mutants = makers
            .Zip(specimens, (maker, specimen) => AccessTokenMutants.Of(specimen, maker, _time.GetUtcNow().ToUnixTimeSeconds())
                .Where(mutant => IsHeaderOfItsOwn(mutant.Text, specimen.Text)))
            .ToArray();

        // Signing with RSA takes ten times as long as everything else.
        await FuzzRun.AllRefusedAsync(
            Gen.Frequency((8, mutants[0]), (1, mutants[1])),
            _api,
            mutant => Orders(mutant.Text),
            [400, 401, 403, 431],
            text => text.Contains("\"orders\"", StringComparison.Ordinal),
            _client);

        foreach (var specimen in specimens)
        {
            using var response = await _client.SendAsync(Orders(specimen.Text), TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)response.StatusCode);
        }
    }

    /// <summary>A minute old, so that no key it names could be newer than the keys that the API has read.</summary>
    private AccessTokenMaker Token()
    {
        var token = new AccessTokenMaker(_issuer, _api.Address, _time.GetUtcNow());
        token.Claims["iat"] = _time.GetUtcNow().ToUnixTimeSeconds() - 60;
        return token;
    }

    /// <summary>Space around a field value is no part of it (RFC 9110 §5.5), and a line feed or NUL is in none; those are tested raw.</summary>
    private static bool IsHeaderOfItsOwn(string text, string right) => text.Trim(' ', '\t') != right && text.IndexOfAny(['\r', '\n', '\0']) < 0;

    private static HttpRequestMessage Orders(string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return request;
    }
}
