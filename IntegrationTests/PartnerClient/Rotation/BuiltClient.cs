using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient.Enrolment;
using B2BAssertions.PartnerClient.Rotation;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Rotation;

/// <summary>The client as its Program.cs builds it, its keys open, nothing of it running: the test takes each step of a rotation itself.</summary>
internal sealed class BuiltClient : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FakeTimeProvider _time;
    private readonly ServiceTime _ownTime;

    private BuiltClient(WebApplication app, FakeTimeProvider time, ServiceTime ownTime, RecordedLogs logs) =>
        (_app, _time, _ownTime, Logs) = (app, time, ownTime, logs);

    public RecordedLogs Logs { get; }

    public KeyRing Ring => Get<KeyRing>();

    public RotationState State => Ring.State;

    public static async Task<BuiltClient> StartAsync(
        string dataDirectory, IReadOnlyDictionary<string, string> settings, FakeTimeProvider time, CrashPoint? crash = null)
    {
        var logs = new RecordedLogs();
        var ownTime = new ServiceTime(time);
        var app = B2BAssertions.PartnerClient.Program.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(settings!);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                [SettingNames.DataDirectory] = dataDirectory,
                [SettingNames.AllowHttp] = "true",
                ["Logging:LogLevel:Default"] = "Trace",
            });
            builder.Logging.ClearProviders().AddProvider(logs);
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(ownTime));
            if (crash is not null)
            {
                builder.Services.AddSingleton<IRotationStateStore>(
                    provider => new CrashingStateStore(ActivatorUtilities.CreateInstance<RotationStateFile>(provider), crash));
                builder.Services.ConfigureAll<HttpClientFactoryOptions>(options =>
                    options.HttpMessageHandlerBuilderActions.Add(handlers => handlers.AdditionalHandlers.Insert(0, new CrashingHandler(crash))));
            }
        });
        var client = new BuiltClient(app, time, ownTime, logs);
        client.Ring.Open();
        Assert.Null((await client.Get<KeyEnrolment>().EnsureAsync(TestContext.Current.CancellationToken)).Failure);
        return client;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public void Ask() => Get<RotationRequestFile>().Create();

    public Task<RotationStep> StepAsync() => Get<KeyRotation>().AdvanceAsync(TestContext.Current.CancellationToken);

    /// <summary>Goes on, and lets the time pass that each step asks for, until the phase is reached. No step may fail.</summary>
    public async Task RunUntilAsync(RotationPhase phase)
    {
        for (var steps = 0; State.Phase != phase; steps++)
        {
            Assert.True(steps < 100, $"Still {State.Phase} after {steps} steps.");
            var step = await StepAsync();
            Assert.Null(step.Failure);
            await AssertIsAcceptedAsync();
            _time.Advance(step.Wait!.Value);
        }
    }

    /// <summary>One whole rotation that somebody has asked for.</summary>
    public async Task RotateAsync()
    {
        if (State.Phase is RotationPhase.None)
        {
            Assert.Null((await StepAsync()).Failure);
            Assert.NotEqual(RotationPhase.None, State.Phase);
        }

        await RunUntilAsync(RotationPhase.None);
    }

    public Task RotateAfterAskingAsync()
    {
        Ask();
        return RotateAsync();
    }

    /// <summary>Never without a key that the authorization server accepts.</summary>
    public async Task AssertIsAcceptedAsync() =>
        Assert.Null((await Get<KeysToken>().RequestAsync(Ring.Key, TestContext.Current.CancellationToken)).Failure);

    public async ValueTask DisposeAsync()
    {
        _ownTime.End();
        await _app.DisposeAsync();
    }
}
