using System.Globalization;

using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.Standalone.Processes;

namespace B2BAssertions.Standalone.Flow;

/// <summary>The run as a person reads it: the services, the first flow step by step, then a line per poll.</summary>
internal sealed class FlowDisplay(Terminal terminal) : IFlowOutput
{
    // Services become healthy side by side.
    private readonly Lock _lock = new();

    public void Starting(SystemPlan plan)
    {
        terminal.WriteLine($"[bold]B2BAssertions[/]: a key, a signed assertion, an access token, the orders");
        terminal.WriteLine();
        terminal.WriteLine($"[bold]Services[/]");
    }

    public void Healthy(ServicePlan service, TimeSpan sinceStart)
    {
        lock (_lock)
        {
            terminal.WriteLine($"  {service.Name,-22}{service.Address,-24}[green]healthy[/] after {Seconds(sinceStart)}");
        }
    }

    public void WholeFlow(FlowReport report, TimeSpan sinceStart)
    {
        new FlowStepsDisplay(terminal, report).Write();
        terminal.WriteLine();
        terminal.WriteLine($"[green]Done[/] in {Duration(report.ElapsedMs)}; first orders {Seconds(sinceStart)} after the start.");
        terminal.WriteLine($"Trace {report.TraceId}");
    }

    public void Polling(DataFolder data)
    {
        terminal.WriteLine();
        terminal.WriteLine($"Logs and data: {data.Logs}, {data.Path}");
        terminal.WriteLine($"Ctrl-C stops everything. Further polls:");
    }

    public void Poll(FlowReport report)
    {
        var at = report.StartedAt.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        if (report.Failure is { } failure)
        {
            var reason = $"{failure.Message} {failure.WhatToDo} ({failure.Code}, trace {report.TraceId})";
            terminal.WriteLine($"  {at} flow {report.Number} [red]failed[/] at {failure.Step}: {reason}");
            return;
        }

        var orders = $"{report.Orders?.Count ?? 0} orders";
        var token = report.Token is { FromCache: true } ? "token from the cache" : "new token";
        terminal.WriteLine($"  {at} flow {report.Number}: {orders}, {token}, {Duration(report.ElapsedMs)}, trace {report.TraceId}");
    }

    internal static string Duration(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
