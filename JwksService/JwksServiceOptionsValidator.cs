using B2BAssertions.Jose;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.Partners;
using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService;

/// <summary>Names each setting at fault and what is expected of it; never the value of a secret.</summary>
internal sealed class JwksServiceOptionsValidator(IConfiguration configuration) : IValidateOptions<JwksServiceOptions>
{
    private const string Section = JwksServiceOptions.Section;

    private const int GreatestCount = 10_000;

    private static readonly TimeSpan LeastMaxAge = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GreatestMaxAge = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, JwksServiceOptions options)
    {
        string?[] faults =
        [
            PublicAddress(options.PublicAddress),
            .. ResourceServerSettings.Validate(options.ToResourceServer(), configuration),
            options.DefaultPartner is { Length: > 0 } clientId ? ClientIdOf($"{Section}:DefaultPartner", clientId) : null,
            Within($"{Section}:JwksMaxAge", options.JwksMaxAge, LeastMaxAge, GreatestMaxAge),
            Within(
                $"{Section}:EnrolmentTokenLifetime",
                options.EnrolmentTokenLifetime,
                JwksServiceOptions.LeastTokenLifetime,
                JwksServiceOptions.GreatestTokenLifetime),
            // Its default follows JwksMaxAge, which is then the setting at fault.
            options.KeyActivationDelay is { } delay
                ? Within($"{Section}:KeyActivationDelay", delay, TimeSpan.Zero, JwksServiceOptions.GreatestActivationDelay)
                : null,
            Within($"{Section}:RetirementOverlap", options.RetirementOverlap, TimeSpan.Zero, JwksServiceOptions.GreatestRetirementOverlap),
            Count($"{Section}:SubmissionsPerMinuteAndAddress", options.SubmissionsPerMinuteAndAddress),
            Count($"{Section}:SubmissionsPerMinuteAndPartner", options.SubmissionsPerMinuteAndPartner),
            Count($"{Section}:KeysPerDayAndPartner", options.KeysPerDayAndPartner),
            RateLimitSettings.Validate($"{Section}:UnknownClientsPerMinuteAndAddress", options.UnknownClientsPerMinuteAndAddress),
            .. options.Partners.SelectMany((partner, index) => Partner($"{Section}:Partners:{index}", partner)),
            Repeated("ClientId", options.Partners.Select(partner => partner.ClientId)),
            Repeated("EnrolmentToken", options.Partners.Select(partner => partner.EnrolmentToken)),
        ];
        var failures = faults.OfType<string>().ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private string? PublicAddress(string value) =>
        HttpAddress.Validate($"{Section}:PublicAddress", value, configuration)
        ?? (value.EndsWith('/') ? $"{Section}:PublicAddress is '{value}': expected no trailing slash." : null);

    private static IEnumerable<string?> Partner(string setting, ConfiguredPartner partner) =>
    [
        ClientIdOf($"{setting}:ClientId", partner.ClientId),
        TextOf($"{setting}:Name", partner.Name, Partners.Partner.MaxNameLength),
        partner.Contact is { Length: > 0 } contact ? TextOf($"{setting}:Contact", contact, Partners.Partner.MaxContactLength) : null,
        .. partner.AllowedAlgorithms.Select((algorithm, index) => Algorithm($"{setting}:AllowedAlgorithms:{index}", algorithm)),
        partner.EnrolmentToken is { Length: > 0 } token && !EnrolmentTokenText.IsStrong(token)
            ? $"{setting}:EnrolmentToken is refused: expected a random value of {EnrolmentTokenText.MinLength} to "
                + $"{EnrolmentTokenText.MaxLength} letters, digits and -_~+/ (its value is not shown)."
            : null,
    ];

    private static string? ClientIdOf(string setting, string value) =>
        ClientId.IsSound(value)
            ? null
            : $"{setting} is '{value}': expected 1 to {ClientId.MaxLength} letters, digits and -._~, beginning with a letter or digit.";

    /// <summary>Not shown: it may break the line it would stand in, or be a person's.</summary>
    private static string? TextOf(string setting, string value, int maxLength) =>
        FreeText.IsSound(value, maxLength) ? null : $"{setting} is not accepted: expected {FreeText.Expected(maxLength)}.";

    private static string? Algorithm(string setting, string value) =>
        SigningAlgorithm.TryParse(value, out _)
            ? null
            : $"{setting} is '{value}': expected one of {string.Join(", ", SigningAlgorithm.All)}.";

    private static string? Within(string setting, TimeSpan value, TimeSpan least, TimeSpan greatest) =>
        value >= least && value <= greatest ? null : $"{setting} is {value:c}: expected a time from {least:c} to {greatest:c}.";

    private static string? Count(string setting, int value) =>
        value is >= 1 and <= GreatestCount ? null : $"{setting} is {value}: expected 1 to {GreatestCount}.";

    private static string? Repeated(string member, IEnumerable<string?> values) =>
        values.Where(value => !string.IsNullOrEmpty(value)).GroupBy(value => value).Any(group => group.Count() > 1)
            ? $"{Section}:Partners holds one {member} twice: expected one of its own for each partner."
            : null;
}
