using System.Collections.Concurrent;
using System.Diagnostics;

using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.Standalone.Flow;
using B2BAssertions.Standalone.Processes;

namespace B2BAssertions.Standalone;

/// <summary>One run from the first check to the last stopped service.</summary>
internal sealed class StandaloneRun(StandaloneOptions options, IFlowOutput output, TimeProvider timeProvider)
{
    /// <summary>For one service to become healthy; with <c>--once</c> the limit of the whole run is the only one.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentBag<string> _healthy = [];
    private FlowFailure? _lastFailure;

    /// <exception cref="StandaloneException">Something that the person at the terminal can do something about.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var data = DataFolder.Open(options.DataDirectory);
        var plan = SystemPlan.Create(options.Ports, data);
        PortCheck.EnsureFree(plan.All);
        var watcher = new FlowWatcher(data.FlowReportFile, timeProvider);
        watcher.ForgetEarlierRuns();

        using var timeout = new CancellationTokenSource(options.Once ? options.Timeout : Timeout.InfiniteTimeSpan, timeProvider);
        await using var services = new ServiceProcesses(
            data.Logs, options.Once ? Timeout.InfiniteTimeSpan : StartLimit, timeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, services.OneDied, timeout.Token);
        try
        {
            await ShowFlowsAsync(plan, services, watcher, data, end.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (options.Once)
            {
                throw new StandaloneException("Stopped before the flow ended.");
            }
        }
        catch (OperationCanceledException) when (services.OneDied.IsCancellationRequested)
        {
            throw services.Death;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new StandaloneException(
                $"No flow reached the orders in {options.Timeout.TotalSeconds:0} seconds{DescribeProgress(plan)} Logs: {data.Logs}");
        }
    }

    private async Task ShowFlowsAsync(
        SystemPlan plan, ServiceProcesses services, FlowWatcher watcher, DataFolder data, CancellationToken cancellationToken)
    {
        output.Starting(plan);
        await Task.WhenAll(plan.Servers.Select(server => StartAsync(services, server, cancellationToken)));
        var clientHealthy = StartAsync(services, plan.Client, cancellationToken);
        var wholeFlow = WaitForWholeFlowAsync(watcher, data, cancellationToken);
        await await Task.WhenAny(clientHealthy, wholeFlow);
        await clientHealthy;
        var (report, sinceStart) = await wholeFlow;
        output.WholeFlow(report, sinceStart);
        if (options.Once)
        {
            return;
        }

        output.Polling(data);
        while (true)
        {
            output.Poll(await NextReportAsync(watcher, data, cancellationToken));
        }
    }

    private async Task StartAsync(ServiceProcesses services, ServicePlan plan, CancellationToken cancellationToken)
    {
        await services.WaitUntilHealthyAsync(services.Start(plan), cancellationToken);
        _healthy.Add(plan.Name);
        output.Healthy(plan, SinceProcessStart());
    }

    private async Task<(FlowReport Report, TimeSpan SinceStart)> WaitForWholeFlowAsync(
        FlowWatcher watcher, DataFolder data, CancellationToken cancellationToken)
    {
        while (true)
        {
            var report = await NextReportAsync(watcher, data, cancellationToken);
            if (report.Failure is not { } failure)
            {
                return (report, SinceProcessStart());
            }

            _lastFailure = failure;
            if (options.Once && failure.IsPermanent)
            {
                throw new StandaloneException($"{Describe(failure)} Logs: {data.Logs}");
            }

            output.Poll(report);
        }
    }

    private static async Task<FlowReport> NextReportAsync(FlowWatcher watcher, DataFolder data, CancellationToken cancellationToken)
    {
        var report = await watcher.NextAsync(cancellationToken);
        return report with { Failure = report.Failure is { } failure ? StartAnew.Advise(failure, data) : null };
    }

    /// <summary>What the run was waiting for when its time was up.</summary>
    private string DescribeProgress(SystemPlan plan)
    {
        if (_lastFailure is { } failure)
        {
            return $". {Describe(failure)}";
        }

        var awaited = plan.All.Select(service => service.Name).Where(name => !_healthy.Contains(name)).ToList();
        return awaited.Count == 0 ? "." : $": not healthy yet: {string.Join(", ", awaited)}.";
    }

    private static string Describe(FlowFailure failure) =>
        $"The step '{failure.Step}' failed ({failure.Code}): {failure.Message} {failure.WhatToDo}";

    private TimeSpan SinceProcessStart()
    {
        using var process = Process.GetCurrentProcess();
        return timeProvider.GetUtcNow() - process.StartTime.ToUniversalTime();
    }
}
