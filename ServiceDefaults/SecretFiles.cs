using B2BAssertions.KeyFiles;

using Microsoft.Extensions.Configuration;

namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// Settings from files, as Docker and Kubernetes mount secrets: a file named <c>ConnectionStrings__Database</c> holds that setting. Unlike an
/// environment variable it shows in no inspection of the container.
/// </summary>
public static class SecretFiles
{
    /// <summary>What such a file says wins over every other source. Without the setting there are no such files.</summary>
    /// <exception cref="StartupException">The folder is missing, or a file of it cannot be read.</exception>
    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        if (configuration[SettingNames.SecretsDirectory] is not { Length: > 0 } setting)
        {
            return;
        }

        var directory = Path.GetFullPath(setting);
        if (!Directory.Exists(directory))
        {
            throw new StartupException(
                $"{SettingNames.SecretsDirectory}: there is no folder '{directory}'. Mount the secrets there, or leave the setting out.");
        }

        try
        {
            configuration.AddKeyPerFile(directory, optional: false, reloadOnChange: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"{SettingNames.SecretsDirectory}: a secret cannot be read ({exception.Message}) Let the user of this service read the files in '{directory}'.",
                exception);
        }
    }
}
