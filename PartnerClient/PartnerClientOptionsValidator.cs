using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.PartnerClient.Rotation;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient;

/// <summary>Every fault of the section at once, each naming its setting and what is expected.</summary>
internal sealed class PartnerClientOptionsValidator(IConfiguration configuration) : IValidateOptions<PartnerClientOptions>
{
    private static readonly int[] RsaKeySizes = [2048, 3072, 4096];

    public ValidateOptionsResult Validate(string? name, PartnerClientOptions options)
    {
        string?[] checks =
        [
            HttpAddress.Validate(NameOf(nameof(options.JwksService)), options.JwksService, configuration),
            HttpAddress.Validate(NameOf(nameof(options.OrdersApi)), options.OrdersApi, configuration),
            CheckAlgorithm(options),
            CheckRsaKeySize(options),
            CheckTime(nameof(options.PollInterval), options.PollInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            .. RotationSettings.Check(options.Rotation),
            .. KeyStoreSettings.Check(options),
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

    private static string? CheckAlgorithm(PartnerClientOptions options) =>
        SigningAlgorithm.TryParse(options.Algorithm, out _)
            ? null
            : $"{NameOf(nameof(options.Algorithm))} is '{options.Algorithm}': expected {string.Join(" or ", SigningAlgorithm.All)}.";

    private static string? CheckRsaKeySize(PartnerClientOptions options) =>
        RsaKeySizes.Contains(options.RsaKeySize)
            ? null
            : $"{NameOf(nameof(options.RsaKeySize))} is {options.RsaKeySize}: expected {string.Join(", ", RsaKeySizes)} (bits).";

    private static string? CheckTime(string setting, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value >= least && value <= most && value.Ticks % TimeSpan.TicksPerSecond == 0
            ? null
            : $"{NameOf(setting)} is {value}: expected whole seconds from {least} to {most} (days.hours:minutes:seconds).";

    private static string? CheckOneOf(string secret, string? secretValue, string file, string? fileValue) =>
        string.IsNullOrEmpty(secretValue) || string.IsNullOrEmpty(fileValue)
            ? null
            : $"{NameOf(secret)} and {NameOf(file)} are both set: expected one of them.";

    private static string NameOf(string setting) => $"{PartnerClientOptions.Section}:{setting}";
}
