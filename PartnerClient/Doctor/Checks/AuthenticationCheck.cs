using B2BAssertions.Jose;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>The server takes <c>private_key_jwt</c> (OpenID Connect Core §9) and signatures by our algorithm.</summary>
internal sealed class AuthenticationCheck(Facts facts, Microsoft.Extensions.Options.IOptions<PartnerClientOptions> options) : ICheck
{
    private const string Method = "private_key_jwt";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(CheckMethod() ?? CheckAlgorithm());

    private CheckResult? CheckMethod() =>
        Offers.Find(facts.Metadata, "token_endpoint_auth_methods_supported") is { } methods && !methods.Contains(Method)
            ? CheckResult.Failed(
                "client_authentication_unsupported",
                $"The server does not offer {Method}, but {Offers.Show(methods)}.",
                "Ask the API owner to allow it; this client knows no other way and never sends a secret.")
            : null;

    private CheckResult CheckAlgorithm()
    {
        var algorithm = options.Value.Algorithm;
        if (Offers.Find(facts.Metadata, "token_endpoint_auth_signing_alg_values_supported") is not { } algorithms)
        {
            return CheckResult.Ok($"{Method} with {algorithm}; the server's algorithms are {Offers.NotStated}");
        }

        return algorithms.Contains(algorithm)
            ? CheckResult.Ok($"{Method} with {algorithm}")
            : CheckResult.Failed(
                "algorithm_unsupported",
                $"The server does not take assertions signed by {algorithm}, but by {Offers.Show(algorithms)}.",
                WhatToDo(algorithms));
    }

    private static string WhatToDo(IReadOnlyList<string> algorithms) =>
        SigningAlgorithm.All.FirstOrDefault(algorithm => algorithms.Contains(algorithm.Name)) is { } other
            ? $"Have a key for {other} enrolled: set PartnerClient:Algorithm to {other} and PartnerClient:KeyFile to a new file, and ask the API "
                + "owner for an enrolment token."
            : $"Ask the API owner to allow {string.Join(" or ", SigningAlgorithm.All)} (FAPI 2.0 Security Profile §5.4.1).";
}
