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
    ILogger<KeyEnrolment> logger)
{
    private bool _seenEnrolled;

    /// <summary>Looks our key up, and adds it when it is not there.</summary>
    public async Task<Outcome<KeyEnrolmentResult>> EnsureAsync(CancellationToken cancellationToken)
    {
        var published = await registry.GetJwksAsync(FlowSteps.Enrolment, cancellationToken);
        if (published.IsFailure(out var failure, out var set))
        {
            return _seenEnrolled ? GoOnWithout(failure) : failure;
        }

        if (set.Keys.Any(key => key.KeyId == keys.Key.Kid))
        {
            _seenEnrolled = true;
            return Result(enrolled: false, set);
        }

        return await EnrolAsync(cancellationToken) is { } refusal ? refusal : Result(enrolled: true, published: null);
    }

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
            _seenEnrolled = true;
            Log.Enrolled(logger, key.Kid, options.Value.ClientId, registry.Address);
        }

        return failure;
    }

    /// <summary>Token and orders need the authorization server, which keeps a copy of the keys: the registry may be away.</summary>
    private KeyEnrolmentResult GoOnWithout(FlowFailure failure)
    {
        Log.RegistryAway(logger, failure.Message);
        return Result(enrolled: false, published: null, registryAway: true);
    }

    private KeyEnrolmentResult Result(bool enrolled, JwkSet? published, bool registryAway = false) =>
        new(new EnrolmentReport(registry.Address, enrolled), published, registryAway);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Enrolled the key {Kid} of {ClientId} at {Registry}.")]
        public static partial void Enrolled(ILogger logger, string kid, string clientId, string registry);

        [LoggerMessage(LogLevel.Warning, "The key registry gives no answer, but our key was enrolled before: going on. {Message}")]
        public static partial void RegistryAway(ILogger logger, string message);
    }
}

/// <param name="Published">The keys that the registry publishes, when it was asked after the enrolment.</param>
/// <param name="RegistryAway">Whether the registry gave no answer this time.</param>
internal sealed record KeyEnrolmentResult(EnrolmentReport Report, JwkSet? Published, bool RegistryAway);
