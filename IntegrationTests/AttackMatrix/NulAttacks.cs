using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.AuthorizationServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>A NUL in what the server looks up or remembers. PostgreSQL takes none: it must be refused before, not fail there.</summary>
public abstract class NulAttacks(DatabaseProvider provider)
{
    [Fact]
    [Trait("Rule", "AS-06")]
    [Trait("Rule", "AS-10")]
    public async Task A_NUL_in_iss_sub_or_jti_is_a_refusal_and_no_error()
    {
        await using var fixture = await TokenEndpointFixture.StartOnAsync(provider);
        (Action<JsonObject> Change, string Code)[] rows =
        [
            (claims => claims["iss"] = "client-a\0", "client_unknown"),
            (claims => claims["iss"] = "\0", "client_unknown"),
            (claims => claims["sub"] = "client-a\0", "assertion_subject_wrong"),
            (claims => claims["jti"] = "id\0", "assertion_jti_missing"),
        ];
        foreach (var (change, code) in rows)
        {
            var answer = await fixture.SendAsync(fixture.MakerA.Make(claims: change));

            Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
            Assert.Contains(fixture.Server.Logs.Lines, line => line.Contains($"refused: {code}.", StringComparison.Ordinal));
        }

        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerA.Make(claims: claims => claims["other\0"] = "\0"))).Status);
    }
}

public sealed class NulAttacksOnSqlite() : NulAttacks(DatabaseProvider.Sqlite);

public sealed class NulAttacksOnPostgreSql() : NulAttacks(DatabaseProvider.PostgreSql);
