using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.IntegrationTests.StandaloneTests;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Database;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>
/// SIGKILL in the middle of many registrations: after the next start every acknowledged one is there, and none is half there.
/// </summary>
[Trait("Rule", "KR-10")]
public abstract class KilledRegistryTests(DatabaseProvider provider) : IAsyncLifetime
{
    private const int PartnersWithAccessToken = 10;
    private const int KeysOfEach = 10;
    private const int PartnersWithEnrolmentToken = 100;
    private const int EnrolmentsOfCaller = 10;
    private const int Registrations = (PartnersWithAccessToken * KeysOfEach) + PartnersWithEnrolmentToken;

    private readonly TemporaryDirectory _directory = new();
    private TestDatabase _database = null!;
    private TestIssuer _issuer = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _issuer = await TestIssuer.StartAsync(hasRsaKey: false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_issuer is not null)
        {
            await _issuer.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_acknowledged_registration_survives_and_none_is_half_there()
    {
        List<Registration> all = [];
        await using (var registry = await StartAsync())
        {
            List<List<Registration>> callers = [.. WithAccessTokens(), .. WithEnrolmentTokens()];
            all.AddRange(callers.SelectMany(registrations => registrations));
            Assert.Equal((20, Registrations), (callers.Count, all.Count));
            await RegistrationRun.SendAsync(callers, registry.Client, killAfter: Registrations / 2, registry.Kill);
            await registry.WaitForExitAsync();
        }

        await using var restarted = await StartAsync();
        var stored = await AssertNoneIsHalfThereAsync(all);
        var acknowledged = all.Where(registration => registration.IsAcknowledged).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{acknowledged.Count} acknowledged, {stored.Count - acknowledged.Count} wholly there but not acknowledged, "
            + $"{all.Count - stored.Count} not there");
        Assert.InRange(acknowledged.Count, Registrations / 2, Registrations - 1);
        Assert.Empty(acknowledged.Except(stored));
        await AssertIsPublishedAsync(restarted.Client, all, stored);
        await AssertTheRestCanBeRegisteredAsync(restarted.Client, all.Except(stored));
    }

    /// <summary>A registration is its key, its audit record and its proof, with an enrolment token this one's use: all or nothing.</summary>
    private async Task<HashSet<Registration>> AssertNoneIsHalfThereAsync(List<Registration> all)
    {
        await using var database = Open();
        var keys = await database.PartnerKeys.Select(key => new { key.ClientId, key.KeyId }).ToListAsync(Cancellation);
        var audits = await database.AuditRecords.Where(record => record.Action == AuditAction.KeySubmitted)
            .Select(record => new { record.ClientId, record.KeyId }).ToListAsync(Cancellation);
        var proofs = await database.UsedProofs.Select(proof => new { proof.ClientId, proof.Jti }).ToListAsync(Cancellation);
        var usedTokens = await database.EnrolmentTokens.Where(token => token.UsedAt != null)
            .Select(token => token.ClientId).ToListAsync(Cancellation);
        var stored = new HashSet<Registration>();
        foreach (var it in all)
        {
            var key = keys.Count(row => row.ClientId == it.ClientId && row.KeyId == it.KeyId);
            int[] parts =
            [
                audits.Count(row => row.ClientId == it.ClientId && row.KeyId == it.KeyId),
                proofs.Count(row => row.ClientId == it.ClientId && row.Jti == it.ProofId),
                IsEnrolment(it) ? usedTokens.Count(clientId => clientId == it.ClientId) : key,
            ];
            Assert.InRange(key, 0, 1);
            Assert.All(parts, part => Assert.Equal(key, part));
            if (key == 1)
            {
                stored.Add(it);
            }
        }

        Assert.Equal((stored.Count, stored.Count, stored.Count), (keys.Count, audits.Count, proofs.Count));
        Assert.Equal(stored.Count(IsEnrolment), usedTokens.Count);
        return stored;
    }

    private async Task AssertIsPublishedAsync(HttpClient client, List<Registration> all, HashSet<Registration> stored)
    {
        foreach (var partner in all.GroupBy(registration => registration.ClientId))
        {
            var expected = partner.Where(stored.Contains).Select(registration => registration.KeyId).Order(StringComparer.Ordinal).ToList();
            Assert.Equal(expected, (await client.GetKidsAsync(partner.Key)).Order(StringComparer.Ordinal));
            var trail = await client.GetAuditAsync(partner.Key, OperatorToken());
            var submitted = trail.Where(record => (string?)record["action"] == "keySubmitted").Select(record => (string)record["kid"]!);
            Assert.Equal(expected, submitted.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>Who got no answer tries again, with a new proof, and gets in: no token is burnt without a key.</summary>
    private static async Task AssertTheRestCanBeRegisteredAsync(HttpClient client, IEnumerable<Registration> rest)
    {
        foreach (var it in rest)
        {
            var again = new Submission(it.Submission.Signer, it.ClientId, it.Submission.Token!, TimeProvider.System.GetUtcNow());
            var answer = await client.SubmitAsync(again);
            Assert.True(answer.Status == StatusCodes.Status201Created, answer.Text);
        }
    }

    private IEnumerable<List<Registration>> WithAccessTokens() => Enumerable.Range(0, PartnersWithAccessToken).Select(partner =>
    {
        var token = AccessToken(AccessPartner(partner), SystemSettings.KeysScope);
        return Enumerable.Range(0, KeysOfEach).Select(_ => NewRegistration(AccessPartner(partner), token)).ToList();
    });

    private static IEnumerable<List<Registration>> WithEnrolmentTokens() => Enumerable.Range(0, PartnersWithEnrolmentToken)
        .Select(partner => NewRegistration(EnrolmentPartner(partner), EnrolmentToken(partner)))
        .Chunk(EnrolmentsOfCaller)
        .Select(registrations => registrations.ToList());

    private static Registration NewRegistration(string clientId, string token) =>
        new(new Submission(PartnerKeyPair.NewEc(), clientId, token, TimeProvider.System.GetUtcNow()));

    private static string AccessPartner(int number) => $"with-access-token-{number}";

    private static string EnrolmentPartner(int number) => $"with-enrolment-token-{number}";

    private static string EnrolmentToken(int number) => $"enrolment-token-0123456789-0123456789-{number}";

    private static bool IsEnrolment(Registration registration) => registration.ClientId.StartsWith("with-enrolment", StringComparison.Ordinal);

    private string OperatorToken() => AccessToken(Registry.Operator, SystemSettings.PartnersManageScope);

    private string AccessToken(string clientId, string scope) =>
        new AccessTokenMaker(_issuer, Registry.PublicAddress, TimeProvider.System.GetUtcNow(), clientId, scope).Make();

    private Task<ServiceProcess> StartAsync()
    {
        var settings = new Dictionary<string, string>(_database.Settings)
        {
            ["JwksService:Issuer"] = _issuer.Address,
            ["JwksService:PublicAddress"] = Registry.PublicAddress,
            ["JwksService:SubmissionsPerMinuteAndAddress"] = "10000",
            ["JwksService:SubmissionsPerMinuteAndPartner"] = "10000",
            ["JwksService:KeysPerDayAndPartner"] = "10000",
        };
        for (var number = 0; number < PartnersWithAccessToken + PartnersWithEnrolmentToken; number++)
        {
            var enrolment = number - PartnersWithAccessToken;
            var clientId = enrolment < 0 ? AccessPartner(number) : EnrolmentPartner(enrolment);
            settings[$"JwksService:Partners:{number}:ClientId"] = clientId;
            settings[$"JwksService:Partners:{number}:Name"] = clientId;
            settings[$"JwksService:Partners:{number}:EnrolmentToken"] = enrolment < 0 ? string.Empty : EnrolmentToken(enrolment);
        }

        return ServiceProcess.StartAsync("JwksService", FreePorts.Find().AddressOf(ports => ports.JwksService), _directory.Path, settings);
    }

    private JwksDbContext Open() => provider == DatabaseProvider.Sqlite
        ? new SqliteJwksDbContext(new DbContextOptionsBuilder<SqliteJwksDbContext>().UseSqlite(_database.ConnectionString).Options)
        : new PostgreSqlJwksDbContext(new DbContextOptionsBuilder<PostgreSqlJwksDbContext>().UseNpgsql(_database.ConnectionString).Options);
}

public sealed class KilledRegistryTestsOnSqlite() : KilledRegistryTests(DatabaseProvider.Sqlite);

public sealed class KilledRegistryTestsOnPostgreSql() : KilledRegistryTests(DatabaseProvider.PostgreSql);
