using System.Diagnostics;

namespace B2BAssertions.PartnerClient.Flow;

/// <summary>Takes down one flow while it runs: its steps, their times and what each came to.</summary>
internal sealed class FlowRecorder(int number, TimeProvider time, Activity? activity)
{
    private readonly long _start = time.GetTimestamp();
    private readonly List<StepReport> _steps = [];

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>The step under way or, after it, the last one taken.</summary>
    public string CurrentStep { get; private set; } = FlowSteps.Key;

    public KeyReport? Key { get; set; }

    public EnrolmentReport? Enrolment { get; set; }

    public JwksReport? Jwks { get; set; }

    public AssertionReport? Assertion { get; set; }

    public TokenReport? Token { get; set; }

    public IReadOnlyList<OrderReport>? Orders { get; set; }

    /// <summary>Takes a step.</summary>
    /// <returns>Its failure, null when it succeeded.</returns>
    public async Task<FlowFailure?> StepAsync(string name, Func<Task<FlowFailure?>> step)
    {
        CurrentStep = name;
        var start = time.GetTimestamp();
        try
        {
            return await step();
        }
        finally
        {
            AddStep(name, time.GetElapsedTime(start));
        }
    }

    public void AddStep(string name, TimeSpan elapsed) => _steps.Add(new StepReport(name, elapsed.TotalMilliseconds));

    public FlowReport Finish(FlowFailure? failure) => new()
    {
        Number = number,
        StartedAt = StartedAt,
        TraceId = activity?.TraceId.ToString() ?? "",
        ElapsedMs = time.GetElapsedTime(_start).TotalMilliseconds,
        Failure = failure,
        Key = Key,
        Enrolment = Enrolment,
        Jwks = Jwks,
        Assertion = Assertion,
        Token = Token,
        Orders = Orders,
        Steps = _steps,
    };
}
