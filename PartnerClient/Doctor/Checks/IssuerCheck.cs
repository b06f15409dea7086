using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>RFC 8414 §3.3: the issuer of the metadata is identical to the one that was asked for, else another server speaks for it.</summary>
internal sealed class IssuerCheck(IOptions<AccessTokenOptions> options, Facts facts) : ICheck
{
    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        var expected = options.Value.Issuer;
        var found = facts.Metadata.GetOptionalString("issuer");
        return Task.FromResult(found switch
        {
            _ when found == expected => CheckResult.Ok($"'{expected}', to the letter"),
            null when options.Value.TokenEndpoint is not null => CheckResult.Ok($"'{expected}', as the settings have it"),
            _ => CheckResult.Failed(
                "issuer_mismatch",
                $"The metadata names the issuer '{ForeignText.Shown(found)}'; {MetadataCheck.IssuerSetting} is '{expected}'.",
                $"Ask the API owner which is right. If it is the metadata's, set {MetadataCheck.IssuerSetting} to it, trailing slash included."),
        });
    }
}
