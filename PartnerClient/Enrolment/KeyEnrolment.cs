using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Assertion;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.KeyPair;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Enrolment;

/// <summary>Sees to it that the registry publishes our key; the registry alone knows whether it does.</summary>
internal sealed partial class KeyEnrolment(
    RegistryClient registry,
    EnrolmentToken token,
    PartnerJwt jwt,
    PartnerKeySource keys,
    IOptions<PartnerClientOptions> options,
    TimeProvider time,
    ILogger<KeyEnrolment> logger)
{
    /// <summary>An enrolled key stays so until somebody revokes it, and then the token endpoint says so first.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(5);

    /// <summary>The published keys as last seen with ours among them; null before that.</summary>
    private JwksReport? _seen;
    private DateTimeOffset _nextLook = DateTimeOffset.MinValue;
    private bool _isAway;

    /// <summary>Looks our key up, unless that was done a short while ago, and adds it when it is not there.</summary>
    public async Task<Outcome<EnrolmentReport>> EnsureAsync(CancellationToken cancellationToken)
    {
        // A rotation may have put another key in the place of the one that was seen.
        if (_seen is not null && _seen.Kids.Contains(keys.Key.Kid) && time.GetUtcNow() < _nextLook)
        {
            return Report(enrolled: false);
        }

        if ((await registry.GetJwksAsync(FlowSteps.Enrolment, cancellationToken)).IsFailure(out var failure, out var set))
        {
            return _seen is null ? failure : GoOnWithout(failure);
        }

        Keep(set);
        return _seen is not null
            ? Report(enrolled: false)
            : await EnrolAsync(cancellationToken) is { } refusal ? refusal : Report(enrolled: true);
    }

    /// <summary>What the authorization server will find; asked for anew only after an enrolment.</summary>
    public async Task<Outcome<JwksReport>> GetPublishedAsync(CancellationToken cancellationToken)
    {
        if (_seen is { } seen)
        {
            return seen;
        }

        return (await registry.GetJwksAsync(FlowSteps.Jwks, cancellationToken)).IsFailure(out var failure, out var set) ? failure : Keep(set);
    }

    /// <summary>Somebody may have revoked the key: the next flow asks the registry.</summary>
    public void LookAgain() => _nextLook = DateTimeOffset.MinValue;

    private async Task<FlowFailure?> EnrolAsync(CancellationToken cancellationToken)
    {
        var key = keys.Key;
        if (token.Find() is not { } enrolmentToken)
        {
            return EnrolmentFailures.NotEnrolled(registry.JwksUri, key.Kid, options.Value.ClientId);
        }

        using var activity = Instruments.Source.StartActivity("enrol key");
        activity?.SetTag(Instruments.ClientIdTag, options.Value.ClientId);
        activity?.SetTag(Instruments.KeyIdTag, key.Kid);
        activity?.SetTag(Instruments.AlgorithmTag, key.Public.Algorithm.Name);

        // Possession of the private half, shown to this registry alone (KR-04).
        var proof = jwt.Create(KeyProof.Type, registry.Address, KeyProof.MaxLifetime);
        var failure = await registry.EnrolAsync(key.Public, proof, enrolmentToken, cancellationToken);
        activity?.SetTag(Instruments.OutcomeTag, failure?.Code ?? Instruments.Success);
        if (failure is null)
        {
            Log.Enrolled(logger, key.Kid, options.Value.ClientId, registry.Address);
        }

        return failure;
    }

    private JwksReport Keep(JwkSet set)
    {
        var report = new JwksReport(registry.JwksUri, [.. set.Keys.Select(key => key.KeyId)]);
        _seen = report.Kids.Contains(keys.Key.Kid) ? report : null;
        _nextLook = time.GetUtcNow() + LookInterval;
        if (_isAway)
        {
            _isAway = false;
            Log.RegistryBack(logger, registry.Address);
        }

        return report;
    }

    /// <summary>Token and orders need the authorization server, which keeps a copy of the keys: the registry may be away.</summary>
    private EnrolmentReport GoOnWithout(FlowFailure failure)
    {
        _nextLook = time.GetUtcNow() + LookInterval;
        if (!_isAway)
        {
            _isAway = true;
            Log.RegistryAway(logger, failure.Message);
        }

        return Report(enrolled: false);
    }

    private EnrolmentReport Report(bool enrolled) => new(registry.Address, enrolled);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Enrolled the key {Kid} of {ClientId} at {Registry}.")]
        public static partial void Enrolled(ILogger logger, string kid, string clientId, string registry);

        [LoggerMessage(LogLevel.Warning, "The key registry gives no answer, but our key was enrolled before: going on. {Message}")]
        public static partial void RegistryAway(ILogger logger, string message);

        [LoggerMessage(LogLevel.Information, "The key registry {Registry} answers again.")]
        public static partial void RegistryBack(ILogger logger, string registry);
    }
}
