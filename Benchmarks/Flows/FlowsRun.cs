using System.Globalization;

using B2BAssertions.Benchmarks.Rotations;
using B2BAssertions.PartnerClient;
using B2BAssertions.PartnerClient.Rotation;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace B2BAssertions.Benchmarks.Flows;

/// <summary>
/// Whole flows against a system that runs elsewhere, with the settings and the key of its partner client: a token for a new assertion, the
/// orders, the partner's published key set. Nothing is asked twice, so that no retry hides what a stopping replica costs.
/// </summary>
internal static class FlowsRun
{
    private const int FlowsPerSecond = 20;

    /// <returns>Exit code: 1 when a flow failed.</returns>
    public static async Task<int> RunAsync(int seconds, TextWriter output)
    {
        await using var client = PartnerClient.Program.Build([]);
        var settings = client.Services.GetRequiredService<IOptions<PartnerClientOptions>>().Value;
        var ring = client.Services.GetRequiredService<KeyRing>();
        ring.Open();
        using var partner = new PartnerLoad(ring, settings.ClientId, settings.Issuer, settings.OrdersApi);
        await partner.PrepareAsync(CancellationToken.None);

        var jwksUri = settings.JwksService + ServiceDefaults.SystemSettings.JwksPath(settings.ClientId);
        var flows = new Load("flows", FlowsPerSecond, async cancellationToken =>
        {
            if (await partner.RequestTokenAsync(cancellationToken) is { } noToken)
            {
                return $"token: {noToken}";
            }

            if (await partner.ReadOrdersAsync(cancellationToken) is { } noOrders)
            {
                return $"orders: {noOrders}";
            }

            return (await partner.ReadPublishedAsync(jwksUri, cancellationToken)).Contains(ring.Key.Kid) ? null : "keys: the key is not published";
        });
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await flows.RunAsync(stop.Token);

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"flows {flows.Sent}, succeeded {flows.Succeeded}, failed {flows.Failed}, {flows.RateReached:0.0} per second, "
            + $"p50 {flows.Latencies.MillisecondsAt(50):0.0} ms, p99 {flows.Latencies.MillisecondsAt(99):0.0} ms"));
        foreach (var (failure, count) in flows.Failures)
        {
            await output.WriteLineAsync($"  {count} x {failure}");
        }

        return flows.Failed == 0 ? 0 : 1;
    }
}
