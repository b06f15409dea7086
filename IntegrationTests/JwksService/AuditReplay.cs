using System.Globalization;

using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.PartnerKeys;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>One partner's state as its audit trail alone tells it. A record that could not follow upon those before it fails the test.</summary>
internal sealed class AuditReplay
{
    private const string SubmittedDetail = "active from ";
    private const string RetiredDetail = "published until ";

    private readonly Dictionary<string, PartnerKey> _keys = new(StringComparer.Ordinal);

    public IReadOnlyCollection<PartnerKey> Keys => _keys.Values;

    public DateTimeOffset? SuspendedAt { get; private set; }

    public static AuditReplay Of(IEnumerable<AuditRecord> records)
    {
        var replay = new AuditReplay();
        foreach (var record in records)
        {
            replay.Apply(record);
        }

        return replay;
    }

    public IEnumerable<string> PublishedAt(DateTimeOffset now) =>
        SuspendedAt is null ? _keys.Values.Where(key => IsPublished(key, now)).Select(key => key.KeyId) : [];

    private void Apply(AuditRecord record)
    {
        Assert.True(SuspendedAt is null || record.ActorKind is ActorKind.Operator, $"{record.Action} {record.Id} while suspended.");
        switch (record.Action)
        {
            case AuditAction.PartnerSuspended:
                Assert.Null(SuspendedAt);
                SuspendedAt = record.At;
                break;
            case AuditAction.PartnerResumed:
                Assert.NotNull(SuspendedAt);
                SuspendedAt = null;
                break;
            case AuditAction.KeySubmitted:
                Submit(record);
                break;
            case AuditAction.KeyActivated:
                Assert.Equal(KeyState.Pending, KeyOf(record).StateAt(record.At));
                KeyOf(record).ActivatesAt = record.At;
                break;
            case AuditAction.KeyRetired:
                Assert.Contains(KeyOf(record).StateAt(record.At), new[] { KeyState.Pending, KeyState.Active });
                KeyOf(record).RetiresAt = TimeBehind(RetiredDetail, record);
                AssertPartnerIsNotShutOut(record, KeyOf(record), KeyOf(record).RetiresAt!.Value);
                break;
            case AuditAction.KeyRevoked:
                Revoke(record);
                break;
            default:
                break;
        }
    }

    private void Submit(AuditRecord record)
    {
        Assert.True(_keys.Values.Count(key => IsPublished(key, record.At)) < PartnerKey.MaxPublished);
        _keys.Add(record.KeyId!, new PartnerKey
        {
            ClientId = record.ClientId,
            KeyId = record.KeyId!,
            Thumbprint = string.Empty,
            Algorithm = string.Empty,
            Jwk = string.Empty,
            CreatedAt = record.At,
            ActivatesAt = TimeBehind(SubmittedDetail, record),
        });
    }

    private void Revoke(AuditRecord record)
    {
        var key = KeyOf(record);
        Assert.Null(key.RevokedAt);
        var left = key.StateAt(record.At) is KeyState.Retired;
        key.RevokedAt = record.At;
        key.RevocationReason = record.Detail;
        if (!left)
        {
            AssertPartnerIsNotShutOut(record, key, record.At);
        }
    }

    /// <summary>KR-08.</summary>
    private void AssertPartnerIsNotShutOut(AuditRecord record, PartnerKey leaving, DateTimeOffset leavesAt) => Assert.True(
        record.ActorKind is ActorKind.Operator
            || _keys.Values.Any(key => key.StaysUsableFrom(leavesAt < leaving.ActivatesAt ? leaving.ActivatesAt : leavesAt)),
        $"By record {record.Id} the partner has taken its last usable key away.");

    private PartnerKey KeyOf(AuditRecord record) => _keys[record.KeyId!];

    private static bool IsPublished(PartnerKey key, DateTimeOffset now) =>
        key.StateAt(now) is KeyState.Pending or KeyState.Active or KeyState.Retiring;

    private static DateTimeOffset TimeBehind(string words, AuditRecord record) => DateTimeOffset.Parse(
        record.Detail![(record.Detail!.IndexOf(words, StringComparison.Ordinal) + words.Length)..], CultureInfo.InvariantCulture);
}
