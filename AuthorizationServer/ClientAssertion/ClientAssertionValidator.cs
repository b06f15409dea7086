using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>
/// Decides whether an assertion authenticates a client (RFC 7523 §3, FAPI 2.0 Security Profile §5.3.2.1), replay aside. What costs
/// nothing is checked first, the key is fetched next, the signature last; nothing is believed before that.
/// </summary>
internal sealed class ClientAssertionValidator(
    ClientStore clients,
    AssertionClaimRules claims,
    ClientKeyResolver keys)
{
    /// <param name="clientIdParameter">The <c>client_id</c> parameter, if one was sent.</param>
    public async Task<Checked<ValidAssertion>> ValidateAsync(
        UnverifiedAssertion assertion,
        string? clientIdParameter,
        CancellationToken cancellationToken)
    {
        if (AssertionHeaderRules.Check(assertion) is { } headerFault)
        {
            return headerFault;
        }

        var found = await FindClientAsync(assertion, cancellationToken);
        if (found.Fault is not null)
        {
            return found.Fault;
        }

        var client = found.Value!;
        if (claims.Check(assertion, client, clientIdParameter) is { } claimFault)
        {
            return claimFault;
        }

        return await VerifyAsync(assertion, client, cancellationToken);
    }

    /// <summary>AS-06: iss is the client id of a client (RFC 7523 §3).</summary>
    private async Task<Checked<RegisteredClient>> FindClientAsync(UnverifiedAssertion assertion, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(assertion.Issuer))
        {
            return new AssertionFault("assertion_issuer_wrong", "an iss that is the client id", assertion.Show("iss"));
        }

        return CanBeClientId(assertion.Issuer) && await clients.FindAsync(assertion.Issuer, cancellationToken) is { } client
            ? client
            : new AssertionFault("client_unknown", "the id of a configured client", assertion.Issuer);
    }

    /// <summary>Nobody is authenticated yet, and not every database takes every text: PostgreSQL fails at a NUL.</summary>
    private static bool CanBeClientId(string issuer) => issuer.Length <= UsedAssertion.MaxClientIdLength && !issuer.Any(char.IsControl);

    private async Task<Checked<ValidAssertion>> VerifyAsync(
        UnverifiedAssertion assertion,
        RegisteredClient client,
        CancellationToken cancellationToken)
    {
        var allowed = AssertionHeaderRules.FindAlgorithm(assertion, client);
        if (allowed.Fault is not null)
        {
            return allowed.Fault;
        }

        var key = await keys.ResolveAsync(client, assertion.KeyId!, allowed.Value!, cancellationToken);
        if (key.Fault is not null)
        {
            return key.Fault;
        }

        return JwsSignature.IsValid(assertion.Text, assertion.Header, key.Value!)
            ? ValidAssertion.From(assertion, client)
            : new AssertionFault("assertion_signature_invalid", $"a signature by the key {key.Value!.KeyId}", "one that does not fit");
    }
}
