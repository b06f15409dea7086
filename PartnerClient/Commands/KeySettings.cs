using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary>
/// Settings as the commands about keys need them: whoever makes the first key may not know yet who it will be shown to. What is set has to
/// be sound all the same.
/// </summary>
internal sealed class KeySettings(PartnerClientOptionsValidator validator) : IValidateOptions<PartnerClientOptions>
{
    private static readonly string[] NotNeeded =
    [
        nameof(PartnerClientOptions.ClientId),
        nameof(PartnerClientOptions.Issuer),
        nameof(PartnerClientOptions.JwksService),
        nameof(PartnerClientOptions.OrdersApi),
    ];

    public static void Suffice(WebApplicationBuilder builder)
    {
        builder.Services.RemoveAll<IValidateOptions<PartnerClientOptions>>();
        builder.Services.AddSingleton<PartnerClientOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<PartnerClientOptions>, KeySettings>();
    }

    public ValidateOptionsResult Validate(string? name, PartnerClientOptions options)
    {
        var failures = validator.Validate(name, options).Failures?.Where(failure => !IsOfMissing(failure)).ToList() ?? [];
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsOfMissing(string failure) =>
        NotNeeded.Any(setting => failure.StartsWith($"{PartnerClientOptions.Section}:{setting} is missing", StringComparison.Ordinal));
}
