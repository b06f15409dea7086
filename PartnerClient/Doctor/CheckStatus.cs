namespace B2BAssertions.PartnerClient.Doctor;

internal enum CheckStatus
{
    Ok,

    /// <summary>It works today; somebody should look at it.</summary>
    Warning,

    Failed,

    /// <summary>It could not be looked at, because something before it failed.</summary>
    Skipped,
}
