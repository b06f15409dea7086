using System.Net;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>A partner cannot shut itself out: some key of its own stays usable, whatever it does.</summary>
[Trait("Rule", "KR-08")]
public abstract class LastKeyTests(string provider) : RegistryTests(provider)
{
    [Fact]
    public async Task A_partner_does_not_retire_its_only_key()
    {
        var only = await Registry.EnrolFirstKeyAsync();
        await LastKeyRefusedAsync(() => Registry.RetireAsync(only));
    }

    [Fact]
    public async Task A_partner_does_not_revoke_its_only_key()
    {
        var only = await Registry.EnrolFirstKeyAsync();
        await LastKeyRefusedAsync(() => Registry.RevokeAsync(only));
    }

    [Fact]
    public async Task Of_two_keys_a_partner_retires_one_and_not_the_other()
    {
        var (first, second) = await Registry.AddTwoActiveKeysAsync();
        AssertState("retiring", await Registry.RetireAsync(first));
        await LastKeyRefusedAsync(() => Registry.RetireAsync(second));
        await LastKeyRefusedAsync(() => Registry.RevokeAsync(second));
    }

    [Fact]
    public async Task Of_two_keys_a_partner_revokes_one_and_not_the_other()
    {
        var (first, second) = await Registry.AddTwoActiveKeysAsync();
        AssertState("revoked", await Registry.RevokeAsync(first));
        await LastKeyRefusedAsync(() => Registry.RetireAsync(second, overlapSeconds: 3600));
        await LastKeyRefusedAsync(() => Registry.RevokeAsync(second));
    }

    [Fact]
    public async Task A_key_does_not_leave_before_its_successor_is_active()
    {
        var first = await Registry.EnrolFirstKeyAsync();
        await Registry.AddKeyAsync();
        var delay = (int)PartnerSteps.ActivationDelay.TotalSeconds;
        await LastKeyRefusedAsync(() => Registry.RevokeAsync(first));
        await LastKeyRefusedAsync(() => Registry.RetireAsync(first, delay - 1));
        AssertState("retiring", await Registry.RetireAsync(first, delay));
    }

    [Fact]
    public async Task The_successor_of_a_key_that_leaves_does_not_leave_itself()
    {
        var first = await Registry.EnrolFirstKeyAsync();
        var successor = await Registry.AddKeyAsync();
        AssertState("retiring", await Registry.RetireAsync(first));
        await LastKeyRefusedAsync(() => Registry.RetireAsync(successor, overlapSeconds: 3600));
        await LastKeyRefusedAsync(() => Registry.RevokeAsync(successor));
    }

    [Fact]
    public async Task A_pending_key_is_taken_back_while_another_is_active()
    {
        await Registry.EnrolFirstKeyAsync();
        AssertState("revoked", await Registry.RevokeAsync(await Registry.AddKeyAsync()));
    }

    [Fact]
    public async Task A_pending_key_is_taken_back_while_another_will_be_active_before_it()
    {
        var first = await Registry.EnrolFirstKeyAsync();
        await Registry.AddKeyAsync();
        Registry.Time.Advance(TimeSpan.FromSeconds(1));
        var third = await Registry.AddKeyAsync();
        AssertState("revoked", await Registry.RevokeAsync(first, Registry.OperatorToken()));
        AssertState("retired", await Registry.RetireAsync(third, overlapSeconds: 0));
    }

    [Fact]
    public async Task A_pending_key_is_not_taken_back_while_the_other_will_be_active_after_it()
    {
        var first = await Registry.EnrolFirstKeyAsync();
        var second = await Registry.AddKeyAsync();
        Registry.Time.Advance(TimeSpan.FromSeconds(1));
        await Registry.AddKeyAsync();
        AssertState("revoked", await Registry.RevokeAsync(first, Registry.OperatorToken()));
        await LastKeyRefusedAsync(() => Registry.RevokeAsync(second));
    }

    [Theory]
    [Trait("Rule", "KR-10")]
    [InlineData("retire")]
    [InlineData("revoke")]
    public async Task Of_two_keys_that_leave_at_once_one_stays(string step)
    {
        var (first, second) = await Registry.AddTwoActiveKeysAsync();
        Func<string, Task<ApiAnswer>> leave = step is "retire" ? kid => Registry.RetireAsync(kid) : kid => Registry.RevokeAsync(kid);

        var answers = await Task.WhenAll(leave(first), leave(second), leave(first), leave(second));

        Assert.Single(answers, answer => answer.Status == StatusCodes.Status200OK);
        Assert.All(
            answers.Where(answer => answer.Status != StatusCodes.Status200OK),
            answer => Assert.True((answer.Status, answer.Code) is (409, "key_last_usable" or "key_state"), answer.Text));
        var states = new[] { (string?)(await Registry.GetKeyAsync(first))["state"], (string?)(await Registry.GetKeyAsync(second))["state"] };
        Assert.Single(states, "active");
        Registry.AssertNoErrorIsLogged();
    }

    [Fact]
    public async Task An_operator_revokes_even_the_last_key()
    {
        var only = await Registry.EnrolFirstKeyAsync();
        AssertState("revoked", await Registry.RevokeAsync(only, Registry.OperatorToken()));
        Assert.Empty(await Registry.GetKeysAsync(Registry.Partner));
    }

    [Fact]
    public async Task An_operator_retires_even_the_last_key()
    {
        var only = await Registry.EnrolFirstKeyAsync();
        AssertState("retired", await Registry.RetireAsync(only, overlapSeconds: 0, Registry.OperatorToken()));
        Assert.Empty(await Registry.GetKeysAsync(Registry.Partner));
    }

    private Task LastKeyRefusedAsync(Func<Task<ApiAnswer>> leave) =>
        Registry.AssertRefusedAsync(HttpStatusCode.Conflict, "key_last_usable", leave);

    private static void AssertState(string state, ApiAnswer answer) =>
        Assert.Equal((StatusCodes.Status200OK, state), (answer.Status, (string?)answer.Body!["state"]));
}

public sealed class LastKeyTestsOnSqlite() : LastKeyTests(ServiceDatabase.Sqlite);

public sealed class LastKeyTestsOnPostgreSql() : LastKeyTests(ServiceDatabase.PostgreSql);
