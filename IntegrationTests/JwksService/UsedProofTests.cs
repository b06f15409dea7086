using System.Net;

using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>What the database keeps of proofs; everything else about them is in <see cref="KeyProofTests"/>.</summary>
[Trait("Rule", "KR-04")]
public abstract class UsedProofTests(string provider) : RegistryTests(provider)
{
    [Fact]
    public async Task A_proof_that_registered_a_key_registers_no_other()
    {
        var first = Registry.NewSubmission();
        await Registry.EnrolAsync(first);
        var another = await Registry.NewTokenAsync();
        await AssertRefusedAsync(
            HttpStatusCode.BadRequest,
            "proof_replayed",
            it =>
            {
                it.Token = another;
                it.Claims["jti"] = first.Claims["jti"]!.GetValue<string>();
            });
    }

    [Fact]
    [Trait("Rule", "KR-10")]
    public async Task Expired_proofs_are_forgotten_by_their_own_partners_next_submission()
    {
        await Registry.EnrolFirstKeyAsync();
        var theirs = Registry.NewOthersSubmission();
        await Registry.EnrolAsync(theirs);
        Registry.Time.Advance(TimeSpan.FromMinutes(5));
        var ours = Registry.NewOwnSubmission();
        await Registry.EnrolAsync(ours);

        var kept = await Registry.QueryAsync(database => Task.FromResult(database.UsedProofs.Select(proof => proof.Jti).ToHashSet()));
        Assert.Equal(new HashSet<string> { (string)ours.Claims["jti"]!, (string)theirs.Claims["jti"]! }, kept);
    }
}

public sealed class UsedProofTestsOnSqlite() : UsedProofTests(ServiceDatabase.Sqlite);

public sealed class UsedProofTestsOnPostgreSql() : UsedProofTests(ServiceDatabase.PostgreSql);
