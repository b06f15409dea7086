using System.Net;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>One address stands for one key, whatever its partner calls it.</summary>
[Trait("Rule", "KR-03")]
public abstract class KeyAddressTests(string provider) : RegistryTests(provider)
{
    [Theory]
    [InlineData("2026/03/key")]
    [InlineData("my key")]
    [InlineData("ключ-鍵-🔑")]
    [InlineData("100%")]
    [InlineData("%41")]
    [InlineData("a+b?c#d;e&f=g")]
    [InlineData("\\.a\\\"'<>")]
    public async Task Every_kid_is_found_at_the_address_that_its_submission_names(string kid)
    {
        using var created = await Registry.SubmitAsync(Registry.NewLaterKey(kid));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var address = created.Headers.Location!.OriginalString;
        Assert.Equal($"{KeySteps.Keys}/{Uri.EscapeDataString(kid)}", address);

        var found = await Registry.SendAsync(HttpMethod.Get, address, Registry.PartnerToken());
        Assert.Equal(kid, (string?)found.Body!["kid"]);
        var revoked = await Registry.StepAsync(Uri.EscapeDataString(kid), "revoke");
        Assert.Equal((kid, "revoked"), ((string?)revoked.Body!["kid"], (string?)revoked.Body["state"]));
    }

    [Fact]
    public async Task Every_key_is_found_by_its_thumbprint()
    {
        const string Kid = "2026/03/key";
        var submission = Registry.NewLaterKey(Kid);
        await Registry.EnrolAsync(submission);
        Assert.Equal(Kid, (string?)(await Registry.GetKeyAsync(submission.Signer.Public.Thumbprint))["kid"]);
        Assert.Equal(StatusCodes.Status200OK, (await Registry.StepAsync(submission.Signer.Public.Thumbprint, "revoke")).Status);
    }

    [Fact]
    public async Task Kids_differ_by_the_case_of_their_letters()
    {
        await Registry.EnrolAsync(Registry.NewLaterKey("key"));
        await Registry.EnrolAsync(Registry.NewLaterKey("KEY"));
        Assert.Equal("KEY", (string?)(await Registry.GetKeyAsync("KEY"))["kid"]);
    }

    [Fact]
    public async Task A_kid_that_is_another_keys_thumbprint_is_refused()
    {
        var first = Registry.NewLaterKey("first");
        await Registry.EnrolAsync(first);
        await Registry.AssertRefusedAsync(
            HttpStatusCode.Conflict,
            "key_duplicate",
            () => Registry.SubmitAsync(Registry.NewLaterKey(first.Signer.Public.Thumbprint)));
    }

    [Fact]
    public async Task A_key_whose_thumbprint_is_another_keys_kid_is_refused()
    {
        var second = Registry.NewLaterKey("second");
        await Registry.EnrolAsync(Registry.NewLaterKey(second.Signer.Public.Thumbprint));
        await Registry.AssertRefusedAsync(HttpStatusCode.Conflict, "key_duplicate", () => Registry.SubmitAsync(second));
    }

    [Fact]
    public async Task Two_partners_may_use_one_kid_and_each_reaches_its_own_key()
    {
        var own = Registry.NewLaterKey("key-1");
        var foreign = Registry.NewLaterKey("key-1", Registry.OtherPartner);
        await Registry.EnrolAsync(own);
        await Registry.EnrolAsync(foreign);

        await Registry.StepAsync("key-1", "revoke");

        Assert.Equal(KeyState.Revoked, await Registry.StateOfAsync("key-1"));
        var other = await Registry.GetKeyAsync("key-1", Registry.OtherPartner);
        Assert.Equal(("pending", foreign.Signer.Public.Thumbprint), ((string?)other["state"], (string?)other["thumbprint"]));
    }

    [Theory]
    [InlineData("no-such-key", "registry_key_unknown")]
    [InlineData("%01", "registry_key_unknown")]
    public async Task An_unknown_key_is_not_found(string kid, string code)
    {
        var answer = await Registry.SendAsync(HttpMethod.Get, $"{KeySteps.Keys}/{kid}", Registry.OperatorToken());
        Assert.Equal((StatusCodes.Status404NotFound, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/key")]
    public async Task An_unknown_partner_has_no_keys(string rest)
    {
        var answer = await Registry.SendAsync(HttpMethod.Get, $"/partners/nobody/keys{rest}", Registry.OperatorToken());
        Assert.Equal(StatusCodes.Status404NotFound, answer.Status);
        Assert.Equal(rest.Length == 0 ? "partner_unknown" : "registry_key_unknown", answer.Code);
    }
}

public sealed class KeyAddressTestsOnSqlite() : KeyAddressTests(ServiceDatabase.Sqlite);

public sealed class KeyAddressTestsOnPostgreSql() : KeyAddressTests(ServiceDatabase.PostgreSql);
