using System.Net;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Audit;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

[Trait("Rule", "KR-10")]
public abstract class ConcurrentEnrolmentTests(string provider) : RegistryTests(provider)
{
    private const int Callers = 20;

    [Fact]
    public async Task Many_keys_at_once_with_one_token_end_in_exactly_one_key()
    {
        var submissions = Enumerable.Range(0, Callers).Select(_ => Registry.NewSubmission()).ToList();
        await AssertOneIsAcceptedAsync(submissions.ConvertAll(Registry.SubmitAsync));
    }

    [Fact]
    public async Task One_key_at_once_from_many_callers_ends_in_exactly_one_key()
    {
        var submission = Registry.NewSubmission();
        var body = submission.ToBody().ToJsonString();
        await AssertOneIsAcceptedAsync([.. Enumerable.Range(0, Callers).Select(_ => Registry.SubmitAsync(submission, body))]);
    }

    [Fact]
    public async Task Many_tokens_at_once_with_one_key_end_in_exactly_one_key()
    {
        var key = PartnerKeyPair.NewEc();
        var submissions = new List<Submission>();
        for (var number = 0; number < Callers; number++)
        {
            var submission = Registry.NewSubmission(key);
            submission.Token = await Registry.NewTokenAsync();
            submissions.Add(submission);
        }

        await AssertOneIsAcceptedAsync(submissions.ConvertAll(Registry.SubmitAsync), HttpStatusCode.Conflict, "key_duplicate");
    }

    [Fact]
    public async Task Two_replicas_that_start_at_once_store_each_partner_and_token_once()
    {
        await Registry.Service.DisposeAsync();
        var replicas = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(Registry.StartServiceAsync)));
        await Task.WhenAll(replicas.Select(replica => replica.DisposeAsync().AsTask()));
        await Registry.RestartAsync();
        Assert.Equal((2, 2), await CountPartnersAndTokensAsync());
    }

    [Fact]
    [Trait("Rule", "KR-09")]
    public async Task Replicas_that_start_at_once_with_a_changed_name_tell_it_once()
    {
        Registry.Settings["JwksService:Partners:0:Name"] = "Renamed";
        var replicas = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(Registry.StartServiceAsync)));
        await Task.WhenAll(replicas.Select(replica => replica.DisposeAsync().AsTask()));
        Assert.Equal(1, await Registry.QueryAsync(database =>
            Task.FromResult(database.AuditRecords.Count(record => record.Action == AuditAction.PartnerChanged))));
    }

    private Task<(int Partners, int Tokens)> CountPartnersAndTokensAsync() => Registry.QueryAsync(database =>
        Task.FromResult((database.Partners.Count(), database.EnrolmentTokens.Count())));

    private async Task AssertOneIsAcceptedAsync(
        IReadOnlyCollection<Task<HttpResponseMessage>> sent,
        HttpStatusCode refusal = HttpStatusCode.Unauthorized,
        string code = "enrolment_token_used")
    {
        var responses = await Task.WhenAll(sent);
        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.Created);
        foreach (var refused in responses.Where(response => response.StatusCode != HttpStatusCode.Created))
        {
            await Registry.AssertProblemAsync(refusal, code, refused);
            refused.Dispose();
        }

        Registry.AssertNoErrorIsLogged();
        Assert.Single(await Registry.GetKeysAsync(Registry.Partner));
        Assert.Equal(1, await Registry.QueryAsync(database => Task.FromResult(database.PartnerKeys.Count())));
        Assert.Equal(1, await Registry.QueryAsync(database => Task.FromResult(database.UsedProofs.Count())));
        Assert.Equal(1, await Registry.QueryAsync(database => Task.FromResult(database.EnrolmentTokens.Count(row => row.UsedAt != null))));
    }
}

public sealed class ConcurrentEnrolmentTestsOnSqlite() : ConcurrentEnrolmentTests(ServiceDatabase.Sqlite);

public sealed class ConcurrentEnrolmentTestsOnPostgreSql() : ConcurrentEnrolmentTests(ServiceDatabase.PostgreSql);
