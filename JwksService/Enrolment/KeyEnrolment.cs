using System.Diagnostics;

using B2BAssertions.Jose;
using B2BAssertions.JwksService.Database;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>Registers the key that a partner submits: checks enrolment token, key and proof, then keeps all three at once.</summary>
internal sealed partial class KeyEnrolment(
    EnrolmentTokens tokens,
    KeyProofValidator proofs,
    EnrolmentStore store,
    JwksDbContext database,
    JwksServiceMetrics metrics,
    ILogger<KeyEnrolment> logger)
{
    private const string Accepted = "accepted";

    public async Task<Checked<PublicJwk>> EnrolAsync(string clientId, HttpRequest request, CancellationToken cancellationToken)
    {
        using var activity = JwksServiceTelemetry.StartEnrolKey(ForeignText.Shown(clientId));
        var result = await CheckAndStoreAsync(clientId, request, activity, cancellationToken);
        var outcome = result.Fault?.Code ?? Accepted;
        activity?.SetTag("outcome", outcome);
        metrics.CountEnrolment(outcome);
        if (result.IsSound)
        {
            Log.Accepted(logger, clientId, result.Value.KeyId, result.Value.Algorithm.Name);
        }
        else
        {
            Log.Refused(logger, ForeignText.Shown(clientId), outcome, result.Fault.Detail);
        }

        return result;
    }

    private async Task<Checked<PublicJwk>> CheckAndStoreAsync(
        string clientId,
        HttpRequest request,
        Activity? activity,
        CancellationToken cancellationToken)
    {
        var token = await tokens.CheckAsync(clientId, request.Headers.Authorization, cancellationToken);
        if (!token.IsSound)
        {
            return token.Fault;
        }

        var submission = await KeySubmission.ReadAsync(request, cancellationToken);
        if (!submission.IsSound)
        {
            return submission.Fault;
        }

        if (!PublicJwk.TryRead(submission.Value.Key, out var key, out var jwkFault))
        {
            return EnrolmentFault.BadJwk(jwkFault);
        }

        activity?.SetTag("kid", key.KeyId).SetTag("alg", key.Algorithm.Name);
        var partner = await database.Partners.AsNoTracking().SingleAsync(row => row.ClientId == clientId, cancellationToken);
        if (!partner.AllowedAlgorithms.Contains(key.Algorithm.Name))
        {
            return EnrolmentFault.AlgorithmNotAllowed(key.Algorithm, partner.AllowedAlgorithms);
        }

        var proof = await proofs.CheckAsync(submission.Value.Proof, clientId, key);
        if (!proof.IsSound)
        {
            return proof.Fault;
        }

        var fault = await store.StoreAsync(token.Value, proof.Value, key, cancellationToken);
        return fault is null ? key : fault;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Key enrolled: partner {ClientId}, kid {KeyId}, {Algorithm}.")]
        public static partial void Accepted(ILogger logger, string clientId, string keyId, string algorithm);

        [LoggerMessage(LogLevel.Warning, "Key refused: partner {ClientId}, {Code}. {Detail}")]
        public static partial void Refused(ILogger logger, string clientId, string code, string detail);
    }
}
