using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Whoever guesses enrolment tokens or floods a partner with keys is slowed down, and nobody else is.</summary>
[Trait("Rule", "KR-07")]
public abstract class SubmissionLimitTests(string provider) : RegistryTests(provider)
{
    private const int PerAddress = 3;
    private const int PerPartner = 5;
    private const int UnknownPerAddress = 4;

    protected override void Configure(Dictionary<string, string> settings)
    {
        settings["JwksService:SubmissionsPerMinuteAndAddress"] = $"{PerAddress}";
        settings["JwksService:SubmissionsPerMinuteAndPartner"] = $"{PerPartner}";
        settings["JwksService:UnknownClientsPerMinuteAndAddress"] = $"{UnknownPerAddress}";
    }

    [Fact]
    public async Task One_address_submits_so_many_keys_a_minute_and_no_more()
    {
        for (var count = 0; count < PerAddress; count++)
        {
            await Registry.EnrolAsync(Registry.NewLaterKey());
        }

        using var other = ClientAt(2);
        await AssertLimitedAsync(() => SubmitAsync(Registry.Service.Client, Registry.PartnerToken().Make()));
        await AssertLimitedAsync(() => SubmitAsync(Registry.Service.Client, Registry.PartnerToken(Registry.OtherPartner).Make(), Registry.OtherPartner));
        Assert.Equal(StatusCodes.Status400BadRequest, (await SubmitAsync(other, Registry.PartnerToken().Make())).Status);
    }

    [Fact]
    public async Task Guesses_are_counted_before_any_token_is_looked_at()
    {
        string?[] guesses = ["enrolment-token-that-is-a-guess-0123456789", "not.a.token", null];
        foreach (var guess in guesses)
        {
            Assert.Equal(StatusCodes.Status401Unauthorized, (await SubmitAsync(Registry.Service.Client, guess)).Status);
        }

        await AssertLimitedAsync(() => SubmitAsync(Registry.Service.Client, Registry.Token));
    }

    [Fact]
    public async Task All_addresses_together_submit_so_many_keys_of_one_partner_and_no_more()
    {
        foreach (var sender in Enumerable.Range(2, PerPartner))
        {
            using var client = ClientAt(sender);
            Assert.Equal(StatusCodes.Status400BadRequest, (await SubmitAsync(client, Registry.PartnerToken().Make())).Status);
        }

        using var last = ClientAt(100);
        await AssertLimitedAsync(() => SubmitAsync(last, Registry.PartnerToken().Make()));
        Assert.Equal(
            StatusCodes.Status400BadRequest,
            (await SubmitAsync(last, Registry.PartnerToken(Registry.OtherPartner).Make(), Registry.OtherPartner)).Status);
        Assert.Equal(StatusCodes.Status400BadRequest, (await SubmitAsync(last, Registry.OperatorToken().Make())).Status);
    }

    [Fact]
    public async Task Strangers_use_up_nothing_of_what_a_partner_may_do()
    {
        foreach (var sender in Enumerable.Range(2, PerPartner * 2))
        {
            using var stranger = ClientAt(sender);
            Assert.Equal(StatusCodes.Status401Unauthorized, (await SubmitAsync(stranger, token: null)).Status);
        }

        await Registry.EnrolAsync(Registry.NewSubmission());
    }

    [Fact]
    public async Task A_partner_changes_keys_so_often_a_minute_and_an_operator_as_often_as_needed()
    {
        // Its submission is the first of them.
        var retire = $"{KeySteps.Keys}/{await Registry.AddKeyAsync(KeyState.Active)}/retire";
        for (var count = 1; count < PerPartner; count++)
        {
            Assert.Equal("key_last_usable", (await Registry.SendAsync(HttpMethod.Post, retire, Registry.PartnerToken())).Code);
        }

        await AssertLimitedAsync(() => Registry.SendAsync(HttpMethod.Post, retire, Registry.PartnerToken()));
        Assert.Equal(StatusCodes.Status200OK, (await Registry.SendAsync(HttpMethod.Post, retire, Registry.OperatorToken())).Status);
    }

    [Fact]
    public async Task New_enrolment_tokens_are_counted_too()
    {
        for (var count = 0; count < PerAddress; count++)
        {
            await Registry.NewTokenAsync();
        }

        await AssertLimitedAsync(() => Registry.SendAsync(
            HttpMethod.Post, $"/partners/{Registry.Partner}/enrolments", Registry.OperatorToken()));
    }

    [Fact]
    public async Task Who_guesses_client_ids_is_limited_and_the_key_sets_of_partners_are_not()
    {
        for (var guess = 0; guess < UnknownPerAddress; guess++)
        {
            Assert.Equal(StatusCodes.Status404NotFound, (await GetAsync(Registry.Service.Client, $"/partners/nobody-{guess}/.well-known/jwks")).Status);
        }

        await AssertLimitedAsync(() => GetAsync(Registry.Service.Client, "/partners/nobody-else/.well-known/jwks"));
        Assert.Equal(StatusCodes.Status200OK, (await GetAsync(Registry.Service.Client, $"/partners/{Registry.Partner}/.well-known/jwks")).Status);
        using var other = ClientAt(2);
        Assert.Equal(StatusCodes.Status404NotFound, (await GetAsync(other, "/partners/nobody-else/.well-known/jwks")).Status);
    }

    [Fact]
    public async Task Everything_else_is_unlimited()
    {
        for (var count = 0; count < PerAddress + 1; count++)
        {
            await SubmitAsync(Registry.Service.Client, token: null);
        }

        string[] paths = [$"/partners/{Registry.Partner}/.well-known/jwks", KeySteps.Keys, "/partners", $"/partners/{Registry.Partner}/enrolments"];
        foreach (var path in Enumerable.Repeat(paths, PerPartner + 1).SelectMany(all => all))
        {
            Assert.Equal(StatusCodes.Status200OK, (await Registry.SendAsync(HttpMethod.Get, path, Registry.OperatorToken())).Status);
        }
    }

    private async Task AssertLimitedAsync(Func<Task<ApiAnswer>> send)
    {
        var before = await Registry.DumpAsync();
        var answer = await send();
        Assert.Equal((StatusCodes.Status429TooManyRequests, "too_many_requests"), (answer.Status, answer.Code));
        Assert.Equal("application/problem+json", answer.MediaType);
        Assert.InRange(int.Parse(answer.RetryAfter!, CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(before, await Registry.DumpAsync());
    }

    private static async Task<ApiAnswer> SubmitAsync(HttpClient client, string? token, string clientId = Registry.Partner)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/partners/{clientId}/keys");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        using var response = await client.SendAsync(request, Cancellation);
        return await ApiAnswer.ReadAsync(response);
    }

    private static async Task<ApiAnswer> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, Cancellation);
        return await ApiAnswer.ReadAsync(response);
    }

    private HttpClient ClientAt(int number) => LoopbackSender.ClientAt(number, Registry.Service.Address);
}

public sealed class SubmissionLimitTestsOnSqlite() : SubmissionLimitTests(ServiceDatabase.Sqlite);

public sealed class SubmissionLimitTestsOnPostgreSql() : SubmissionLimitTests(ServiceDatabase.PostgreSql);

[Trait("Rule", "KR-07")]
public sealed class SenderTests
{
    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "2001:db8::1", false)]
    public void Addresses_of_one_IPv6_network_are_one_sender(string one, string other, bool same) =>
        Assert.Equal(same, Sender.Of(IPAddress.Parse(one)) == Sender.Of(IPAddress.Parse(other)));
}
