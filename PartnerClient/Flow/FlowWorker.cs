namespace B2BAssertions.PartnerClient.Flow;

/// <summary>Runs a flow, waits, and runs the next, for ever.</summary>
internal sealed partial class FlowWorker(
    PartnerFlow flow,
    FlowState state,
    FlowReportFile reportFile,
    BackOff backOff,
    TimeProvider time,
    ILogger<FlowWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var hasSucceeded = false;
        for (var number = 1; !stoppingToken.IsCancellationRequested; number++)
        {
            state.Started();
            var (report, wait) = await RunTracedAsync(number, isNews: !hasSucceeded, stoppingToken);
            hasSucceeded = report.Failure is null;

            reportFile.Write(report);

            // The wait begins before anybody can see that it does: a clock moved on that sight moves past its start otherwise.
            var next = Task.Delay(wait, time, stoppingToken);
            state.Ended(report);
            await next;
        }
    }

    /// <summary>The flow and the line about it, so that the line is found by the trace.</summary>
    private async Task<(FlowReport Report, TimeSpan Wait)> RunTracedAsync(int number, bool isNews, CancellationToken cancellationToken)
    {
        using var activity = Instruments.Source.StartActivity("partner flow");
        var report = await flow.RunAsync(number, activity, cancellationToken);
        var wait = backOff.After(report.Failure);
        Tell(report, wait, isNews);
        return (report, wait);
    }

    /// <summary>One line for a failure; a success is news only when the flow before it failed or there was none.</summary>
    private void Tell(FlowReport report, TimeSpan wait, bool isNews)
    {
        if (report.Failure is { } failure)
        {
            Log.Failed(
                logger,
                report.Number,
                failure.Step,
                failure.Code,
                failure.Message,
                failure.WhatToDo,
                wait.TotalSeconds,
                report.TraceId);
            return;
        }

        var level = isNews ? LogLevel.Information : LogLevel.Debug;
        Log.Succeeded(logger, level, report.Number, report.Orders?.Count ?? 0, report.Key?.Kid, wait.TotalSeconds, report.TraceId);
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "Flow {Number} failed at {Step}: {Code}. {Message} {WhatToDo} Next try in {WaitSeconds:F0} s. Trace {TraceId}.")]
        public static partial void Failed(
            ILogger logger,
            int number,
            string step,
            string code,
            string message,
            string whatToDo,
            double waitSeconds,
            string traceId);

        [LoggerMessage("Flow {Number} read {Count} orders with the key {Kid}. Next flow in {WaitSeconds:F0} s. Trace {TraceId}.")]
        public static partial void Succeeded(
            ILogger logger,
            LogLevel level,
            int number,
            int count,
            string? kid,
            double waitSeconds,
            string traceId);
    }
}
