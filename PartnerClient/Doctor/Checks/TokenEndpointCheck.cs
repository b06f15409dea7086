using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>RFC 6749 §3.2: an absolute address with TLS and without fragment; an assertion goes nowhere else.</summary>
internal sealed class TokenEndpointCheck(IOptions<AccessTokenOptions> options, Facts facts) : ICheck
{
    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        if (options.Value.TokenEndpoint is { } configured)
        {
            // Sound, or the settings would have been refused.
            facts.TokenEndpoint = configured;
            return Task.FromResult(CheckResult.Ok($"{configured}, as the settings have it"));
        }

        var endpoint = facts.Metadata.GetOptionalString("token_endpoint");
        if (!IsSound(endpoint))
        {
            return Task.FromResult(CheckResult.Failed(
                "token_endpoint_insecure",
                $"The metadata names the token endpoint '{ForeignText.Shown(endpoint)}': expected an absolute https address.",
                $"Tell the API owner. On one machine, {SettingNames.AllowHttp}=true accepts plain http."));
        }

        facts.TokenEndpoint = endpoint!;
        return Task.FromResult(CheckResult.Ok(ForeignText.Shown(endpoint)!));
    }

    private bool IsSound(string? endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && options.Value.AllowHttp))
        && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0;
}
