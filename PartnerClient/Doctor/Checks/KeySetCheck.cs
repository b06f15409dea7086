using System.Net;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Doctor.Servers;
using B2BAssertions.PartnerClient.Enrolment;
using B2BAssertions.PartnerClient.Http;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>The registry publishes our key where the authorization server looks for it: the same kid, and the same key.</summary>
internal sealed class KeySetCheck(ServerDocuments documents, ServerFaults faults, Facts facts) : ICheck
{
    private const int MostKidsShown = 5;

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        var exchange = await documents.GetKeySetAsync(cancellationToken);
        if (faults.Find(exchange.Address, exchange.Answer, RegistryClient.Setting) is { } fault)
        {
            return fault;
        }

        if (IsUnknownPartner(exchange.Answer))
        {
            facts.IsKeyPublished = false;
            return CheckResult.Failed(
                "partner_unknown",
                $"{exchange.Address} {exchange.Answer.Description}.",
                "Correct PartnerClient:ClientId, or ask the API owner to register this partner.");
        }

        return exchange.Answer is { IsSuccess: true, Json: { } json } && JwkSet.TryRead(json, out var set, out _)
            ? CheckKeys(set, exchange.Address)
            : CheckResult.Failed(
                "jwks_unreadable",
                $"{exchange.Address} {exchange.Answer.Description}, and not with a JWK Set.",
                $"Check that {RegistryClient.Setting} is the base address of the key registry.");
    }

    private static bool IsUnknownPartner(Answer answer) =>
        answer is { Status: HttpStatusCode.NotFound, ProblemCode: "partner_unknown" };

    private CheckResult CheckKeys(JwkSet set, string address)
    {
        var ours = facts.Key.Public;
        var named = set.Keys.Where(key => key.KeyId == ours.KeyId).ToList();
        facts.IsKeyPublished = named is [var only] && only.Thumbprint == ours.Thumbprint;
        return named switch
        {
            [] => CheckResult.Failed(
                "key_not_published",
                $"Our key {ours.KeyId} is not at {address}, which has {Kids(set)}.",
                "If it was never enrolled: start PartnerClient with PartnerClient:EnrolmentToken, which the API owner gives. If another key took its "
                    + "place, restore that key file; if it was revoked or retired, have a new one enrolled."),
            [_] when facts.IsKeyPublished == true => CheckResult.Ok($"our key, one of {set.Keys.Count}, at {address}"),
            _ => CheckResult.Failed(
                "kid_of_another_key",
                $"{address} has another public key under the kid {ours.KeyId}, so no signature of ours passes.",
                "Ask the API owner to revoke that key, and enrol yours."),
        };
    }

    private static string Kids(JwkSet set) => set.Keys.Count switch
    {
        0 => "no key at all",
        <= MostKidsShown => string.Join(", ", set.Keys.Select(key => key.KeyId)),
        var count => $"{count} others",
    };
}
