using System.Diagnostics;

using B2BAssertions.Jose;
using B2BAssertions.JwksService.Access;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.JwksService.Partners;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Submission;

/// <summary>Registers the key that a partner submits: checks the right to do so, the key and the proof, then keeps all three at once.</summary>
internal sealed partial class KeySubmissions(
    EnrolmentTokens tokens,
    KeyProofValidator proofs,
    KeyRegistration registration,
    RegistryLimits limits,
    JwksDbContext database,
    JwksServiceMetrics metrics,
    ILogger<KeySubmissions> logger)
{
    private const string Accepted = "accepted";

    public async Task<Checked<PartnerKey>> SubmitAsync(string clientId, HttpContext context, CancellationToken cancellationToken)
    {
        using var activity = JwksServiceTelemetry.StartSubmitKey(ForeignText.Shown(clientId));
        var result = await CheckAndStoreAsync(clientId, context, activity, cancellationToken);
        var outcome = result.Fault?.Code ?? Accepted;
        activity?.SetTag("outcome", outcome);
        metrics.CountSubmission(outcome);
        if (!result.IsSound)
        {
            Log.Refused(logger, ForeignText.Shown(clientId), outcome, result.Fault.Detail);
        }

        return result;
    }

    private async Task<Checked<PartnerKey>> CheckAndStoreAsync(
        string clientId,
        HttpContext context,
        Activity? activity,
        CancellationToken cancellationToken)
    {
        var right = await SubmissionRight.OfAsync(clientId, context, tokens, cancellationToken);
        if (!right.IsSound)
        {
            return right.Fault == RegistryFault.TokenUsed
                ? await FindWhyNotPublishedAsync(clientId, context.Request, cancellationToken) ?? right.Fault
                : right.Fault;
        }

        if (!right.Value.Actor.IsOperator && limits.CountChange(clientId, context.Response) is { } tooOften)
        {
            return tooOften;
        }

        var partner = await database.Partners.AsNoTracking().SingleOrDefaultAsync(row => row.ClientId == clientId, cancellationToken);
        if (partner is null)
        {
            return RegistryFault.PartnerUnknown;
        }

        var submission = await KeySubmission.ReadAsync(context.Request, cancellationToken);
        if (!submission.IsSound)
        {
            return submission.Fault;
        }

        var key = ReadKey(submission.Value, partner, activity);
        if (!key.IsSound)
        {
            return key.Fault;
        }

        var proof = proofs.Check(submission.Value.Proof, clientId, key.Value);
        return proof.IsSound
            ? await registration.StoreAsync(clientId, right.Value.Actor, right.Value.Token, proof.Value, key.Value, cancellationToken)
            : proof.Fault;
    }

    /// <summary>
    /// A partner whose key left the set looks for it, misses it, and comes again with the enrolment token that it used. Whoever proves to
    /// hold that key hears the reason; everybody else that the token is used.
    /// </summary>
    private async Task<RegistryFault?> FindWhyNotPublishedAsync(string clientId, HttpRequest request, CancellationToken cancellationToken)
    {
        var submission = await KeySubmission.ReadAsync(request, cancellationToken);
        if (!submission.IsSound
            || !PublicJwk.TryRead(submission.Value.Key, out var key, out _)
            || !proofs.Check(submission.Value.Proof, clientId, key).IsSound)
        {
            return null;
        }

        var found = await database.PartnerKeys.AsNoTracking()
            .Where(row => row.ClientId == clientId && row.Thumbprint == key.Thumbprint)
            .Join(database.Partners, row => row.ClientId, partner => partner.ClientId, (row, partner) => new { row.RevokedAt, partner.SuspendedAt })
            .SingleOrDefaultAsync(cancellationToken);
        return found switch
        {
            { RevokedAt: { } revokedAt } => RegistryFault.KeyRevoked(revokedAt),
            { SuspendedAt: not null } => RegistryFault.PartnerSuspended,
            _ => null,
        };
    }

    private static Checked<PublicJwk> ReadKey(KeySubmission submission, Partner partner, Activity? activity)
    {
        if (!PublicJwk.TryRead(submission.Key, out var key, out var fault))
        {
            return RegistryFault.BadJwk(fault);
        }

        if (!KeyAddress.CanName(key.KeyId))
        {
            return RegistryFault.BadJwk(JwkFault.Malformed("has a kid that cannot stand in an address: '.', '..' and '%2F' mean something else there"));
        }

        activity?.SetTag("kid", key.KeyId).SetTag("alg", key.Algorithm.Name);
        return partner.Allows(key.Algorithm)
            ? key
            : RegistryFault.AlgorithmNotAllowed(key.Algorithm, partner.AllowedAlgorithms);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Key refused: partner {ClientId}, {Code}. {Detail}")]
        public static partial void Refused(ILogger logger, string clientId, string code, string detail);
    }
}
