using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient;

/// <summary>Every fault of the section at once, each naming its setting and what is expected.</summary>
internal sealed class PartnerClientOptionsValidator(IConfiguration configuration) : IValidateOptions<PartnerClientOptions>
{
    private const int MaxClientIdLength = 200;
    private static readonly int[] RsaKeySizes = [2048, 3072, 4096];

    public ValidateOptionsResult Validate(string? name, PartnerClientOptions options)
    {
        string?[] checks =
        [
            CheckClientId(options),
            HttpAddress.Validate(NameOf(nameof(options.Issuer)), options.Issuer, configuration),
            HttpAddress.Validate(NameOf(nameof(options.JwksService)), options.JwksService, configuration),
            HttpAddress.Validate(NameOf(nameof(options.OrdersApi)), options.OrdersApi, configuration),
            CheckScope(options),
            CheckAlgorithm(options),
            CheckRsaKeySize(options),
            CheckAudience(options),
            CheckTime(nameof(options.PollInterval), options.PollInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            CheckTime(nameof(options.AssertionLifetime), options.AssertionLifetime, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(300)),
            CheckKeyFile(options),
            CheckOneOf(nameof(options.KeyPassword), options.KeyPassword, nameof(options.KeyPasswordFile), options.KeyPasswordFile),
            CheckOneOf(
                nameof(options.EnrolmentToken),
                options.EnrolmentToken,
                nameof(options.EnrolmentTokenFile),
                options.EnrolmentTokenFile),
        ];
        var faults = checks.OfType<string>().ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>RFC 6749 §A.1: a client id is printable ASCII.</summary>
    private static string? CheckClientId(PartnerClientOptions options) => options.ClientId switch
    {
        "" => $"{NameOf(nameof(options.ClientId))} is missing: expected the client id that the API owner gave you.",
        { Length: > MaxClientIdLength } => $"{NameOf(nameof(options.ClientId))} is longer than {MaxClientIdLength} characters.",
        { } id when id.Any(character => character is < ' ' or > '~') =>
            $"{NameOf(nameof(options.ClientId))} holds a character outside printable ASCII.",
        _ => null,
    };

    /// <summary>RFC 6749 §3.3: printable ASCII without quotes and backslashes, separated by single spaces.</summary>
    private static string? CheckScope(PartnerClientOptions options) =>
        options.Scope.Split(' ').All(scope => scope.Length > 0 && scope.All(IsScopeCharacter))
            ? null
            : $"{NameOf(nameof(options.Scope))} is '{options.Scope}': expected scopes separated by single spaces, such as 'read'.";

    private static bool IsScopeCharacter(char character) => character is > ' ' and <= '~' and not '"' and not '\\';

    private static string? CheckAlgorithm(PartnerClientOptions options) =>
        SigningAlgorithm.TryParse(options.Algorithm, out _)
            ? null
            : $"{NameOf(nameof(options.Algorithm))} is '{options.Algorithm}': expected {string.Join(" or ", SigningAlgorithm.All)}.";

    private static string? CheckRsaKeySize(PartnerClientOptions options) =>
        RsaKeySizes.Contains(options.RsaKeySize)
            ? null
            : $"{NameOf(nameof(options.RsaKeySize))} is {options.RsaKeySize}: expected {string.Join(", ", RsaKeySizes)} (bits).";

    private static string? CheckAudience(PartnerClientOptions options) =>
        options.AssertionAudience is PartnerClientOptions.AudienceIssuer or PartnerClientOptions.AudienceTokenEndpoint
            ? null
            : $"{NameOf(nameof(options.AssertionAudience))} is '{options.AssertionAudience}': expected "
                + $"{PartnerClientOptions.AudienceIssuer} or {PartnerClientOptions.AudienceTokenEndpoint}.";

    private static string? CheckTime(string setting, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value >= least && value <= most && value.Ticks % TimeSpan.TicksPerSecond == 0
            ? null
            : $"{NameOf(setting)} is {value}: expected whole seconds from {least} to {most} (days.hours:minutes:seconds).";

    private static string? CheckKeyFile(PartnerClientOptions options) =>
        string.IsNullOrWhiteSpace(options.KeyFile) ? $"{NameOf(nameof(options.KeyFile))} is empty: expected the name of a file." : null;

    private static string? CheckOneOf(string secret, string? secretValue, string file, string? fileValue) =>
        string.IsNullOrEmpty(secretValue) || string.IsNullOrEmpty(fileValue)
            ? null
            : $"{NameOf(secret)} and {NameOf(file)} are both set: expected one of them.";

    private static string NameOf(string setting) => $"{PartnerClientOptions.Section}:{setting}";
}
