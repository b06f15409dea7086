namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>The section <c>PartnerClient:Rotation</c>.</summary>
internal sealed class RotationOptions
{
    /// <summary>
    /// How old a key becomes before the client puts another in its place; default 90 days, from 1 hour to 10 years; 0 for never. The shorter,
    /// the less a stolen key is worth.
    /// </summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How often the registry is asked whether its operator wants a key rotated; default 5 minutes, from 10 seconds to 1 day; 0 for never.
    /// Each look takes an access token with the scope <c>keys</c>.
    /// </summary>
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long former keys are kept in the archive before they are erased; they are kept for good by default.</summary>
    public TimeSpan? EraseArchivedAfter { get; set; }

    public static readonly TimeSpan LeastEvery = TimeSpan.FromHours(1);
    public static readonly TimeSpan MostEvery = TimeSpan.FromDays(3650);
    public static readonly TimeSpan LeastLookEvery = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan MostLookEvery = TimeSpan.FromDays(1);
}
