using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Many submissions at once with access tokens, each with a proof of its own.</summary>
[Trait("Rule", "KR-10")]
public abstract class ConcurrentSubmissionTests(string provider) : RegistryTests(provider)
{
    private const int Callers = 20;
    private const int SubmissionsOfEach = 10;
    private const int Submissions = Callers * SubmissionsOfEach;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_same_key_from_many_callers_ends_in_exactly_one_key_and_one_audit_record(int replicas)
    {
        var key = PartnerKeyPair.NewEc();
        var answers = await SubmitFromAllAsync(replicas, () => key);

        Assert.Single(answers, answer => answer.Status == StatusCodes.Status201Created);
        AssertOthersAre("key_duplicate", Submissions - 1, answers);
        Assert.Equal([key.Public.KeyId], await Registry.Service.Client.GetKidsAsync(Registry.Partner));
        Assert.Equal(key.Public.KeyId, (await StoredKeysAsync()).Single().KeyId);
        Assert.Equal(key.Public.KeyId, (await SubmittedRecordsAsync()).Single().KeyId);
        Assert.Equal(1, await Registry.QueryAsync(database => database.UsedProofs.CountAsync(Cancellation)));
    }

    [Fact]
    public async Task Different_keys_from_many_callers_never_exceed_the_limit_of_published_keys()
    {
        var answers = await SubmitFromAllAsync(replicas: 2, PartnerKeyPair.NewEc);

        var accepted = answers.Where(answer => answer.Status == StatusCodes.Status201Created).ToList();
        Assert.Equal(PartnerKey.MaxPublished, accepted.Count);
        AssertOthersAre("key_limit_reached", Submissions - PartnerKey.MaxPublished, answers);
        var kids = accepted.Select(answer => (string)answer.Body!["kid"]!).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(kids, (await Registry.Service.Client.GetKidsAsync(Registry.Partner)).Order(StringComparer.Ordinal));
        Assert.Equal(kids, (await StoredKeysAsync()).Select(key => key.KeyId).Order(StringComparer.Ordinal));
        Assert.Equal(kids, (await SubmittedRecordsAsync()).Select(record => record.KeyId!).Order(StringComparer.Ordinal));
    }

    /// <summary>Each caller sends one after the other; the callers are spread over the replicas.</summary>
    private async Task<IReadOnlyList<ApiAnswer>> SubmitFromAllAsync(int replicas, Func<PartnerKeyPair> key)
    {
        var services = new List<RunningService> { Registry.Service };
        while (services.Count < replicas)
        {
            services.Add(await Registry.StartServiceAsync());
        }

        try
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => SubmitAsync(services[caller % replicas], key)));
            Assert.All(services, service => service.AssertNoErrorIsLogged());
            return [.. answers.SelectMany(of => of)];
        }
        finally
        {
            foreach (var service in services.Skip(1))
            {
                await service.DisposeAsync();
            }
        }
    }

    private Task<List<ApiAnswer>> SubmitAsync(RunningService service, Func<PartnerKeyPair> key) => Task.Run(async () =>
    {
        var answers = new List<ApiAnswer>();
        for (var number = 0; number < SubmissionsOfEach; number++)
        {
            var submission = Registry.NewSubmission(key());
            submission.Token = Registry.PartnerToken().Make();
            answers.Add(await service.Client.SubmitAsync(submission));
        }

        return answers;
    });

    private static void AssertOthersAre(string code, int count, IEnumerable<ApiAnswer> answers)
    {
        var others = answers.Where(answer => answer.Status != StatusCodes.Status201Created).ToList();
        Assert.All(others, answer => Assert.Equal((StatusCodes.Status409Conflict, code), (answer.Status, answer.Code)));
        Assert.Equal(count, others.Count);
    }

    private Task<List<PartnerKey>> StoredKeysAsync() => Registry.QueryAsync(database => database.PartnerKeys.ToListAsync(Cancellation));

    private Task<List<AuditRecord>> SubmittedRecordsAsync() => Registry.QueryAsync(database =>
        database.AuditRecords.Where(record => record.Action == AuditAction.KeySubmitted).ToListAsync(Cancellation));
}

public sealed class ConcurrentSubmissionTestsOnSqlite() : ConcurrentSubmissionTests(ServiceDatabase.Sqlite);

public sealed class ConcurrentSubmissionTestsOnPostgreSql() : ConcurrentSubmissionTests(ServiceDatabase.PostgreSql);
