using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>The server offers client credentials (RFC 6749 §4.4) and the scope that we ask for.</summary>
internal sealed class AccessCheck(IOptions<PartnerClientOptions> options, Facts facts) : ICheck
{
    private const string Grant = "client_credentials";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        var grants = Offers.Find(facts.Metadata, "grant_types_supported");
        return Task.FromResult(grants?.Contains(Grant) == false
            ? CheckResult.Failed(
                "grant_unsupported",
                $"The server does not offer the grant {Grant}, but {Offers.Show(grants)}.",
                "Check that PartnerClient:Issuer is the right server, and ask the API owner.")
            : CheckScopes(grants is null ? $"{Grant}: {Offers.NotStated}" : Grant));
    }

    /// <summary>RFC 8414 §2: a server may leave out scopes that it supports, so the token has the last word.</summary>
    private CheckResult CheckScopes(string grant)
    {
        var scope = options.Value.Scope;
        if (Offers.Find(facts.Metadata, "scopes_supported") is not { } scopes)
        {
            return CheckResult.Ok($"{grant}; scope '{scope}': {Offers.NotStated}");
        }

        var missing = scope.Split(' ').Except(scopes).ToList();
        return missing.Count == 0
            ? CheckResult.Ok($"{grant}; scope '{scope}'")
            : CheckResult.Warning(
                "scope_unsupported",
                $"The server's metadata does not list the scope '{string.Join(' ', missing)}', but {Offers.Show(scopes)}.",
                "If the token fails as well: ask the API owner, or correct PartnerClient:Scope.");
    }
}
