using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>The checks that the worker makes when it starts, with every fault at once.</summary>
internal sealed class SettingsCheck(IServiceProvider services, DataDirectory directory) : ICheck
{
    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        string[] faults = [.. OptionFaults().Concat(DirectoryFaults()).Distinct()];
        return Task.FromResult(faults.Length > 0
            ? CheckResult.Failed(
                "settings_invalid",
                string.Join('\n', faults),
                "Correct them in the environment (PartnerClient__ClientId=...), in appsettings.json or on the command line.")
            : CheckResult.Ok(Describe(services.GetRequiredService<IOptions<PartnerClientOptions>>().Value)));
    }

    private static string Describe(PartnerClientOptions options) =>
        $"client '{options.ClientId}' of {options.Issuer}, registry {options.JwksService}, API {options.OrdersApi}";

    private IEnumerable<string> OptionFaults()
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures);
        }
    }

    /// <summary>A folder that is not there yet is none of this check's: the worker makes it.</summary>
    private IEnumerable<string> DirectoryFaults()
    {
        if (!Directory.Exists(directory.Path))
        {
            return [];
        }

        try
        {
            DataDirectory.Create(directory.Path);
            return [];
        }
        catch (StartupException exception)
        {
            return [exception.Message];
        }
    }
}
