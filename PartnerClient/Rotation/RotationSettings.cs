namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>What is wrong with the settings of the rotation.</summary>
internal static class RotationSettings
{
    private const string Section = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.Rotation)}";

    /// <returns>A sentence for each fault; null where there is none.</returns>
    public static IEnumerable<string?> Check(RotationOptions options) =>
    [
        CheckTimeOrNever(nameof(options.Every), options.Every, RotationOptions.LeastEvery, RotationOptions.MostEvery),
        CheckTimeOrNever(nameof(options.LookEvery), options.LookEvery, RotationOptions.LeastLookEvery, RotationOptions.MostLookEvery),
        options.EraseArchivedAfter is { } keptFor
            ? CheckTime(nameof(options.EraseArchivedAfter), keptFor, TimeSpan.Zero, RotationOptions.MostEvery)
            : null,
    ];

    /// <summary>0 stands for never.</summary>
    private static string? CheckTimeOrNever(string setting, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value == TimeSpan.Zero || CheckTime(setting, value, least, most) is not { } fault ? null : $"{fault} Or 0, for never.";

    private static string? CheckTime(string setting, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value >= least && value <= most && value.Ticks % TimeSpan.TicksPerSecond == 0
            ? null
            : $"{Section}:{setting} is {value}: expected whole seconds from {least} to {most} (days.hours:minutes:seconds).";
}
