using System.Globalization;
using System.Net;
using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Doctor.Servers;
using B2BAssertions.PartnerClient.Enrolment;
using B2BAssertions.PartnerClient.Rotation;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>
/// What the registry says of our key beyond publishing it: whether it is to leave, or may not be signed with yet (KR-06). Only a partner
/// with the scope <c>keys</c> is told; without it this is not known, and nothing is wrong.
/// </summary>
internal sealed class KeyStateCheck(
    KeysToken tokens, RegistryClient registry, Probe probe, ServerFaults faults, TimeProvider time, Facts facts) : ICheck
{
    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        if (Offers.Find(facts.Metadata, "scopes_supported")?.Contains(SystemSettings.KeysScope) != true)
        {
            return NotTold($"the authorization server does not offer the scope '{SystemSettings.KeysScope}'");
        }

        if ((await tokens.GetAsync(facts.Key, cancellationToken)).IsFailure(out var failure, out var token))
        {
            return NotTold(failure.Message);
        }

        var exchange = await probe.GetAsync($"{registry.KeysUri}/{Uri.EscapeDataString(facts.Key.Kid)}", token, cancellationToken);
        if (faults.Find(exchange.Address, exchange.Answer, RegistryClient.Setting) is { } fault)
        {
            return fault;
        }

        return exchange.Answer is { Status: HttpStatusCode.OK, Json: { } json }
            ? Judge(json)
            : NotTold($"{exchange.Address} {exchange.Answer.Description}");
    }

    private static CheckResult NotTold(string why) => CheckResult.Ok($"not told: {why}");

    private CheckResult Judge(JsonElement key)
    {
        facts.RegisteredAt = TimeOf(key, "createdAt");
        return key.GetOptionalString("state") switch
        {
            "active" when TimeOf(key, "rotationRequestedAt") is not null => CheckResult.Warning(
                "rotation_requested",
                "The operator asks for a new key in place of this one.",
                "Let PartnerClient run, which rotates it, or do it now: PartnerClient keys rotate."),
            "active" => CheckResult.Ok($"active{Since(TimeOf(key, "activatesAt"))}"),
            "pending" => CheckResult.Warning(
                "key_pending",
                $"The key is published, but not every reader of the key set has it before {Text(TimeOf(key, "activatesAt"))}.",
                "Nothing to do but to wait; until then sign with the former key, if there is one."),
            "retiring" => CheckResult.Warning(
                "key_retiring",
                $"The key leaves the key set at {Text(TimeOf(key, "retiresAt"))}; from then on every token request fails.",
                "If a rotation is under way, let PartnerClient run until it ends; otherwise enrol another key before that time."),
            var state => CheckResult.Failed(
                "key_withdrawn",
                $"The registry has the key as {ForeignText.Shown(state) ?? "of no state"}, though copies of the key set still have it.",
                "Enrol another key; ask the API owner why."),
        };
    }

    private string Since(DateTimeOffset? at) => at is { } since && since <= time.GetUtcNow() ? $" since {Text(since)}" : "";

    private static DateTimeOffset? TimeOf(JsonElement key, string name) =>
        DateTimeOffset.TryParse(key.GetOptionalString(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : null;

    private static string Text(DateTimeOffset? at) =>
        at is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z") : "a time that is not told";
}
