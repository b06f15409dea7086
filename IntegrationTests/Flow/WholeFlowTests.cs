using System.Collections.Concurrent;
using System.Diagnostics;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.Flow;

/// <summary>From nothing to the orders, through four real services.</summary>
public sealed class WholeFlowTests
{
    [Fact]
    public async Task The_first_flow_makes_a_key_enrols_it_and_reads_the_partners_own_orders()
    {
        await using var system = await RunningSystem.StartAsync();
        var report = await system.FirstReportAsync();

        Assert.Null(report.Failure);
        Assert.True(report.Key!.Created);
        Assert.True(report.Enrolment!.Enrolled);
        Assert.Equal([report.Key.Kid], report.Jwks!.Kids);
        Assert.Equal(SystemSettings.ReadScope, report.Token!.Scope);
        Assert.Equal("private_key_jwt", report.Token.Claims!["client_auth_method"]!.GetValue<string>());
        Assert.NotEmpty(report.Orders!);
    }

    [Fact]
    [Trait("Rule", "PC-07")]
    public async Task No_service_logs_the_assertion_or_the_access_token()
    {
        await using var system = await RunningSystem.StartAsync();
        await system.FirstReportAsync();

        RunningService[] services = [system.AuthorizationServer, system.JwksService, system.OrdersApi, system.PartnerClient];
        Assert.All(services, service => Assert.NotEmpty(service.Logs.Lines));
        Assert.All(
            services.SelectMany(service => service.Logs.Lines),
            line => Assert.DoesNotMatch(@"eyJ[\w-]+\.[\w-]+\.[\w-]+", line));
    }

    [Fact]
    public async Task One_flow_is_one_trace()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var system = await RunningSystem.StartAsync();
        var report = await system.FirstReportAsync();

        string[] expected =
        [
            "partner flow",
            "enrol key",
            "create assertion",
            "POST /token",
            "validate client assertion",
            "fetch client JWKS",
            "GET /orders",
        ];
        var trace = await WaitFor.StateAsync("every span of the flow", () =>
        {
            // A server's span can end after the client has its answer.
            var ended = spans.Where(span => span.TraceId.ToString() == report.TraceId).ToList();
            return expected.All(name => ended.Exists(span => span.DisplayName.StartsWith(name, StringComparison.Ordinal)))
                && ended.Exists(span => IsServerSpanBelow(span, "fetch client JWKS", ended))
                    ? ended
                    : null;
        });

        Activity Span(string name) => trace.Single(span => span.DisplayName == name);
        var root = Assert.Single(trace, span => span.ParentSpanId == default);
        Assert.Equal("partner flow", root.DisplayName);
        Assert.Equal(ActivityKind.Server, ParentOf(Span("validate client assertion"), trace)!.Kind);
        Assert.Equal(Span("validate client assertion").SpanId, Span("fetch client JWKS").ParentSpanId);
    }

    /// <summary>Whether it is the span of a server that answers a request made within the ancestor.</summary>
    private static bool IsServerSpanBelow(Activity span, string ancestor, List<Activity> trace) =>
        span.Kind == ActivityKind.Server
        && ParentOf(span, trace) is { Kind: ActivityKind.Client } request
        && ParentOf(request, trace)?.DisplayName == ancestor;

    private static Activity? ParentOf(Activity span, List<Activity> trace) =>
        trace.Find(candidate => candidate.SpanId == span.ParentSpanId);
}
