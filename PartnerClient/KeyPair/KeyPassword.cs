using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>The password of the key file: from the settings, or from a file that is made together with the key.</summary>
internal sealed partial class KeyPassword(IOptions<PartnerClientOptions> options, DataDirectory directory, ILogger<KeyPassword> logger)
    : IKeyPassword
{
    private const string Setting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.KeyPassword)}";
    private const string FileSetting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.KeyPasswordFile)}";

    private readonly string? _password = string.IsNullOrEmpty(options.Value.KeyPassword) ? null : options.Value.KeyPassword;

    private readonly PasswordFile _file = new(
        directory.Locate(
            string.IsNullOrEmpty(options.Value.KeyPasswordFile) ? PartnerClientOptions.DefaultKeyPasswordFile : options.Value.KeyPasswordFile),
        FileSetting,
        Setting);

    public string Origin => _password is null ? _file.Origin : Setting;

    public string ReadOrCreate()
    {
        if (_password is null && _file.CreateIfMissing())
        {
            Log.Created(logger, _file.Path);
        }

        return Read();
    }

    public string Read() => _password ?? ReadFile();

    private string ReadFile()
    {
        if (_file.IsOpenToOthers())
        {
            Log.OpenToOthers(logger, _file.Path);
        }

        return _file.Read();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Made a random password for the key file in '{File}'.")]
        public static partial void Created(ILogger logger, string file);

        [LoggerMessage(
            LogLevel.Warning,
            "The password file '{File}' is open to group or others. Unless your platform mounts it so: chmod 600.")]
        public static partial void OpenToOthers(ILogger logger, string file);
    }
}
