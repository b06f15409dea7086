using System.Globalization;

using B2BAssertions.PartnerClient.Doctor.Servers;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>
/// This machine's clock against those of the servers that check its JWTs (AS-09, and so the registry's proofs). They allow 10 seconds:
/// failed a little before that, and a warning long before.
/// </summary>
internal sealed class ClockCheck(ServerDocuments documents) : ICheck
{
    private const int AllowedSeconds = 10;

    /// <summary>Web servers may write the same date for up to a second after its end, and clocks drift on.</summary>
    private static readonly TimeSpan FailsFrom = TimeSpan.FromSeconds(AllowedSeconds - 2);

    private static readonly TimeSpan WarnsFrom = TimeSpan.FromSeconds(4);

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        var issuer = (await documents.GetMetadataAsync(cancellationToken)).Best;
        var registry = await documents.GetKeySetAsync(cancellationToken);
        Clock[] clocks = [.. Told("authorization server", issuer), .. Told("registry", registry)];
        if (clocks.Length == 0)
        {
            return new CheckResult(CheckStatus.Skipped, null, "No server told its time.", null);
        }

        var worst = clocks.MaxBy(clock => clock.Offset.Certain)!;
        return worst.Offset.Certain switch
        {
            var certain when certain >= FailsFrom => CheckResult.Failed("clock_skew", Describe(worst), WhatToDo(clocks)),
            var certain when certain >= WarnsFrom => CheckResult.Warning("clock_skew", Describe(worst), WhatToDo(clocks)),
            _ => CheckResult.Ok(string.Join(", ", clocks.Select(clock => string.Create(
                CultureInfo.InvariantCulture, $"within {clock.Offset.Possible.TotalSeconds:0.0} s of the {clock.Owner}'s")))),
        };
    }

    private static IEnumerable<Clock> Told(string owner, Exchange exchange) =>
        ClockOffset.From(exchange.Reception) is { } offset ? [new Clock(owner, new Uri(exchange.Address).Authority, offset)] : [];

    private static string Describe(Clock clock) => string.Create(
        CultureInfo.InvariantCulture,
        $"This machine's clock is {clock.Offset.Middle.Duration().TotalSeconds:0} s {(clock.Offset.Middle > TimeSpan.Zero ? "behind" : "ahead of")} "
            + $"that of the {clock.Owner} ({clock.Host}). Up to {AllowedSeconds} s are allowed.");

    /// <summary>Where two servers agree with each other, it is this machine; where one agrees with this machine, it is the other.</summary>
    private static string WhatToDo(Clock[] clocks) => clocks.Length > 1 && clocks.Any(clock => clock.Offset.Certain < WarnsFrom)
        ? "The other server's clock agrees with this machine's: tell the API owner. Do not set yours wrong."
        : "Have this machine's clock set by NTP (Linux: timedatectl set-ntp true; Windows: w32tm /resync).";

    private sealed record Clock(string Owner, string Host, ClockOffset Offset);
}
