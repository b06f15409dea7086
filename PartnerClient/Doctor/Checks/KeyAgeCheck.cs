using System.Globalization;

using B2BAssertions.PartnerClient.Rotation;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>Keys are changed by and by (PC-06): one that has not been for long is told.</summary>
internal sealed class KeyAgeCheck(KeyRing ring, IOptions<PartnerClientOptions> options, TimeProvider time, Facts facts) : ICheck
{
    private const string Setting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.Rotation)}:{nameof(RotationOptions.Every)}";

    /// <summary>A rotation takes its time, and a machine may have been off.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromDays(2);

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(
        (facts.RegisteredAt ?? ring.State.Current.CreatedAt ?? WrittenAt()) is { } since
            ? Judge(time.GetUtcNow() - since)
            : CheckResult.Ok("not known: the registry did not tell, and the key is in no file"));

    private CheckResult Judge(TimeSpan age)
    {
        var every = options.Value.Rotation.Every;
        var days = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, age.TotalDays):0} days old");
        return every switch
        {
            _ when every == TimeSpan.Zero => CheckResult.Ok($"{days}; {Setting} is 0, so nothing rotates it"),
            _ when age > every + Grace => CheckResult.Warning(
                "rotation_overdue",
                string.Create(CultureInfo.InvariantCulture, $"The key is {days}; {Setting} is {every.TotalDays:0.##} days."),
                "Look into the worker's log for why it does not rotate the key, or rotate it: PartnerClient keys rotate."),
            _ => CheckResult.Ok(string.Create(CultureInfo.InvariantCulture, $"{days}; rotation is due after {every.TotalDays:0.##}")),
        };
    }

    private DateTimeOffset? WrittenAt() =>
        File.Exists(ring.Location) ? new DateTimeOffset(File.GetLastWriteTimeUtc(ring.Location), TimeSpan.Zero) : null;
}
