using System.Globalization;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Doctor.Servers;
using B2BAssertions.PartnerClient.Enrolment;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>The server takes our assertion and issues a token with the scope: one request, by the worker's own code.</summary>
internal sealed class TokenCheck(
    IAccessTokenSource tokens,
    ServerFaults faults,
    RegistryClient registry,
    IOptions<AccessTokenOptions> options,
    Facts facts) : ICheck
{
    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        if (facts.IsKeyPublished == false)
        {
            return CheckResult.Skipped(CheckNames.KeySet);
        }

        if (!(await tokens.GetAsync(cancellationToken)).TryGetToken(out var token, out var failure))
        {
            return Explain(failure);
        }

        facts.Token = token;
        return CheckResult.Ok(string.Create(
            CultureInfo.InvariantCulture, $"scope '{ForeignText.Shown(token.Scope)}', good for {token.Lifetime.TotalSeconds:0} s"));
    }

    private CheckResult Explain(AccessTokenFailure failure) => failure switch
    {
        { Error: "invalid_client" } => CheckResult.From(failure, AskTheOwner()),
        { Code: "server_unavailable" } => faults.FindUntrusted(facts.TokenEndpoint)
            ?? CheckResult.From(failure, "Check that it runs, and that this machine may reach it (name server, firewall, HTTPS_PROXY)."),
        _ => CheckResult.From(failure),
    };

    /// <summary>What is left when all that can be seen from here is right: the server never says it (RFC 6749 §5.2, AS-13).</summary>
    private string AskTheOwner() =>
        $"Ask the API owner, with the trace id below: is the client '{options.Value.ClientId}' registered at the authorization server, with the key "
            + $"address {registry.JwksUri} that it can reach, and the algorithm {facts.Key.Public.Algorithm}? Does it expect the aud of the assertion to "
            + $"be its {(options.Value.AssertionAudience == AccessTokenOptions.AudienceIssuer ? "issuer" : "token endpoint")} "
            + $"(PartnerClient:AssertionAudience), and its typ {options.Value.AssertionType} (PartnerClient:AssertionType)? Its log says which check failed.";
}
