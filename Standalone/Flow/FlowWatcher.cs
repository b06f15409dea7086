using System.Text.Json;

using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.Standalone.Flow;

/// <summary>Reads the report that the client writes after every flow, whole or not at all.</summary>
internal sealed class FlowWatcher(string file, TimeProvider timeProvider)
{
    /// <summary>Somebody waits for the first flow; the others come seconds apart.</summary>
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LaterInterval = TimeSpan.FromMilliseconds(250);

    private (int Number, DateTimeOffset StartedAt)? _seen;

    /// <summary>A report of an earlier run says nothing about this one.</summary>
    public void ForgetEarlierRuns() => File.Delete(file);

    public async Task<FlowReport> NextAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_seen is null ? FirstInterval : LaterInterval, timeProvider);
        while (true)
        {
            if (Read() is { } report && (report.Number, report.StartedAt) != _seen)
            {
                _seen = (report.Number, report.StartedAt);
                return report;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private FlowReport? Read()
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return JsonSerializer.Deserialize<FlowReport>(stream, FlowReport.JsonOptions);
        }
        catch (IOException)
        {
            // Not written yet, or being replaced at this moment: the next tick sees it.
            return null;
        }
    }
}
