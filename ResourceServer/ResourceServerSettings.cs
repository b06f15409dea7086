using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Configuration;

namespace B2BAssertions.ResourceServer;

/// <summary>Checks of the settings that every resource server has in a section of its own.</summary>
public static class ResourceServerSettings
{
    /// <summary>
    /// Names each setting at fault and what is expected there. The resource is left out: a service may call its address by another name
    /// and ask more of it.
    /// </summary>
    public static IEnumerable<string> Validate(ResourceServerOptions options, IConfiguration configuration)
    {
        var section = options.Section;
        string?[] faults =
        [
            HttpAddress.Validate($"{section}:{nameof(options.Issuer)}", options.Issuer, configuration),
            CheckAudience($"{section}:{nameof(options.Audience)}", options.Audience),
            CheckAlgorithms($"{section}:{nameof(options.AllowedAlgorithms)}", options.AllowedAlgorithms),
            CheckWords($"{section}:{nameof(options.ValidTypes)}", options.ValidTypes, AccessTokenType.All),
            CheckClientIdClaim($"{section}:{nameof(options.ClientIdClaim)}", options.ClientIdClaim),
            // RS-07: a secret that is sent, in whatever way, can be read on its way or where it is kept.
            CheckWords(
                $"{section}:{nameof(options.ClientAuthenticationMethods)}",
                options.ClientAuthenticationMethods,
                ClientAuthenticationMethod.Strong),
            RateLimitSettings.Validate(options.FailuresSetting, options.FailuresPerMinuteAndAddress),
        ];
        return faults.OfType<string>();
    }

    private static string? CheckAudience(string setting, string? audience) =>
        audience is not null && string.IsNullOrWhiteSpace(audience)
            ? $"{setting} is blank: expected the aud of this API's tokens, or no such setting at all."
            : null;

    private static string? CheckAlgorithms(string setting, IReadOnlyList<string>? algorithms) =>
        algorithms is null || (algorithms.Count > 0 && algorithms.All(algorithm => SigningAlgorithm.TryParse(algorithm, out _)))
            ? null
            : $"{setting} is '{string.Join(", ", algorithms)}': expected one or more of {string.Join(", ", SigningAlgorithm.All)}.";

    private static string? CheckClientIdClaim(string setting, string? claim) =>
        claim is null or TokenClient.ClientId or TokenClient.Subject
            ? null
            : $"{setting} is '{claim}': expected {TokenClient.ClientId} or {TokenClient.Subject}.";

    private static string? CheckWords(string setting, IReadOnlyList<string>? words, IReadOnlyList<string> known) =>
        words is null || (words.Count > 0 && words.All(known.Contains))
            ? null
            : $"{setting} is '{string.Join(", ", words)}': expected one or more of {string.Join(", ", known)}.";
}
