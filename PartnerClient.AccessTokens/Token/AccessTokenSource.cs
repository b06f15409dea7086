using B2BAssertions.PartnerClient.AccessTokens.Assertion;
using B2BAssertions.PartnerClient.AccessTokens.Settings;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Token;

/// <inheritdoc cref="IAccessTokenSource"/>
internal sealed partial class AccessTokenSource : IAccessTokenSource, IDisposable
{
    /// <summary>An API that refuses the token that replaced a refused one is not asked for a third before this time.</summary>
    public static readonly TimeSpan RefusalsApart = TimeSpan.FromSeconds(30);

    private readonly TokenClient _client;
    private readonly ClientAssertions _assertions;
    private readonly AccessTokenTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Circuit _circuit;
    private AccessTokenResult? _current;
    private Task<AccessTokenResult>? _inFlight;
    private bool _wasRefused;

    public AccessTokenSource(
        TokenClient client,
        ClientAssertions assertions,
        AccessTokenTelemetry telemetry,
        IOptions<AccessTokenOptions> options,
        SettingNames names,
        TimeProvider time,
        ILogger<AccessTokenSource> logger)
    {
        _client = client;
        _assertions = assertions;
        _telemetry = telemetry;
        _time = time;
        _circuit = new Circuit(time);
        _logger = logger;
        telemetry.Observe(() => State);
        LooserOptions.Warn(logger, names, options.Value);
    }

    public AccessTokenState State
    {
        get
        {
            lock (_gate)
            {
                return new AccessTokenState
                {
                    Circuit = _circuit.State,
                    Token = _current?.Token,
                    Failure = _circuit.Failure,
                    NewestAssertion = _assertions.Newest,
                };
            }
        }
    }

    public ValueTask<AccessTokenResult> GetAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (FindUsable() is { } usable)
            {
                return ValueTask.FromResult(usable);
            }
        }

        return new ValueTask<AccessTokenResult>(WaitForOneAsync(cancellationToken));
    }

    public bool Invalidate(AccessToken refused)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_current?.Token, refused))
            {
                // Another caller said so before, or it was renewed meanwhile.
                return true;
            }

            if (refused.ReplacesRefused && refused.Age(_time) < RefusalsApart)
            {
                return false;
            }

            if (_circuit.FailureInForce() is not null)
            {
                // No other can be had now (PC-05), and another API may still take this one.
                return false;
            }

            _current = null;
            _wasRefused = true;
        }

        _telemetry.TokenRefusedByApi();
        Log.RefusedByApi(_logger, refused.Issuer);
        return true;
    }

    public async ValueTask<ClientAssertionPreview> PreviewAssertionAsync(CancellationToken cancellationToken = default) =>
        await _client.PreviewAsync(cancellationToken);

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <summary>The token while it is good; from its renewal time on the first caller has it renewed, and none waits for that.</summary>
    private AccessTokenResult? FindUsable()
    {
        if (_current?.Token is not { } token || token.UsableFor(_time) <= TimeSpan.Zero)
        {
            return null;
        }

        if (token.IsToBeRenewed(_time) && _inFlight is null && _circuit.FailureInForce() is null)
        {
            _ = StartRequest();
        }

        return _current;
    }

    private async Task<AccessTokenResult> WaitForOneAsync(CancellationToken cancellationToken)
    {
        await CloseIfKeyChangedAsync(cancellationToken);
        Task<AccessTokenResult> request;
        lock (_gate)
        {
            if (FindUsable() is { } usable)
            {
                return usable;
            }

            if (_inFlight is null && _circuit.FailureInForce() is { } failure)
            {
                return AccessTokenResult.From(failure);
            }

            request = _inFlight ?? StartRequest();
        }

        return await request.WaitAsync(cancellationToken);
    }

    /// <summary>What was refused to one key may be given to another.</summary>
    private async Task CloseIfKeyChangedAsync(CancellationToken cancellationToken)
    {
        string? refused;
        lock (_gate)
        {
            refused = _circuit.RefusedKid;
        }

        if (refused is null || await _assertions.FindKidAsync(cancellationToken) is not { } kid || kid == refused)
        {
            return;
        }

        lock (_gate)
        {
            if (_circuit.RefusedKid == refused)
            {
                _circuit.Close();
            }
        }
    }

    /// <summary>On another thread, so that it cannot end, and clear the field, before the field is set.</summary>
    private Task<AccessTokenResult> StartRequest() => _inFlight = Task.Run(RequestAsync);

    private async Task<AccessTokenResult> RequestAsync()
    {
        TokenAttempt? attempt = null;
        try
        {
            attempt = await _client.RequestAsync(_wasRefused, _stopping.Token);
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            // Told and waited out like a failure, so that a fault of this program does not hammer a server.
            Log.Unexpected(_logger, exception);
            attempt = new TokenAttempt(TokenFailures.Unexpected(exception), Kid: null);
        }
        finally
        {
            if (attempt is null)
            {
                lock (_gate)
                {
                    _inFlight = null;
                }
            }
        }

        return Take(attempt);
    }

    private AccessTokenResult Take(TokenAttempt attempt)
    {
        AccessTokenResult result;
        AccessTokenCircuit before;
        lock (_gate)
        {
            _inFlight = null;
            before = _circuit.State;
            if (attempt.Outcome.IsFailure(out var failure, out var token))
            {
                // A token that is still good stays in use.
                result = AccessTokenResult.From(_circuit.Open(failure, attempt.Kid));
            }
            else
            {
                _circuit.Close();
                _wasRefused = false;
                _current = result = AccessTokenResult.From(token);
            }
        }

        AccessTokenLog.Tell(_logger, before, result);
        return result;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "An API refused the access token of {Issuer} (401): it is renewed once.")]
        public static partial void RefusedByApi(ILogger logger, string issuer);

        [LoggerMessage(LogLevel.Error, "The token request failed in a way that this program does not foresee.")]
        public static partial void Unexpected(ILogger logger, Exception exception);
    }
}
