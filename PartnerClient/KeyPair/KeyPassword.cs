using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>The password of the key file: from the settings, or from a file that is made together with the key.</summary>
internal sealed partial class KeyPassword(IOptions<PartnerClientOptions> options, DataDirectory directory, ILogger<KeyPassword> logger)
{
    private const string Setting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.KeyPassword)}";
    private const string FileSetting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.KeyPasswordFile)}";

    /// <summary>Random bytes of a new password.</summary>
    private const int RandomBytes = 32;

    private readonly string? _password = string.IsNullOrEmpty(options.Value.KeyPassword) ? null : options.Value.KeyPassword;

    private readonly string _file = directory.Locate(
        string.IsNullOrEmpty(options.Value.KeyPasswordFile) ? PartnerClientOptions.DefaultKeyPasswordFile : options.Value.KeyPasswordFile);

    /// <summary>Where the password comes from, for sentences about a wrong one.</summary>
    public string Origin => _password is null ? $"the first line of '{_file}' ({FileSetting})" : Setting;

    /// <summary>The password for a new key; made when there is none yet.</summary>
    /// <exception cref="StartupException">The file cannot be written or read.</exception>
    public string GetOrCreate()
    {
        if (_password is null && !File.Exists(_file))
        {
            Create();
        }

        return Get();
    }

    /// <summary>The password of an existing key: never made here, because a new one would not open it.</summary>
    /// <exception cref="StartupException">There is none.</exception>
    public string Get() => _password ?? Read();

    private void Create()
    {
        var password = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        try
        {
            if (OwnerOnlyFile.TryCreate(_file, Encoding.ASCII.GetBytes(password + "\n")))
            {
                Log.Created(logger, _file);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault($"'{_file}' cannot be written ({exception.Message}). Name a file in a folder that this user may write to, or "
                + $"set {Setting}.", exception);
        }
    }

    private string Read()
    {
        try
        {
            using var file = File.OpenRead(_file);
            if (OwnerOnlyFile.IsOpenToOthers(file))
            {
                // Only a warning: container platforms mount secrets with wider modes, and without the key file the password opens nothing.
                Log.OpenToOthers(logger, _file);
            }

            return SecretFile.ReadFirstLine(file)
                ?? throw Fault($"the first line of '{_file}' is empty: expected the password of the key file.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault($"the password of the key file cannot be read from '{_file}' ({exception.Message}). Restore that file or "
                + $"set {Setting}; without the password the key is lost, and a new one has to be enrolled.", exception);
        }
    }

    private static StartupException Fault(string what, Exception? exception = null) => new($"{FileSetting}: {what}", exception);

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
