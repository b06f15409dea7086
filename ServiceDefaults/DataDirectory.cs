using System.Runtime.Versioning;

using B2BAssertions.KeyFiles;

using Microsoft.Extensions.Configuration;

namespace B2BAssertions.ServiceDefaults;

/// <summary>The folder that holds a service's own files; only the owner may enter it.</summary>
public sealed record DataDirectory(string Path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string FileNamed(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Opens the folder of the setting <c>DataDirectory</c>, by default <c>.data/&lt;service&gt;</c> under the current folder.</summary>
    /// <exception cref="StartupException">The folder cannot be made.</exception>
    public static DataDirectory Open(IConfiguration configuration, string serviceName)
    {
        var directory = Locate(configuration, serviceName);
        Create(directory.Path);
        return directory;
    }

    /// <summary>The same folder, which is not made when it is missing.</summary>
    public static DataDirectory Locate(IConfiguration configuration, string serviceName) => new(System.IO.Path.GetFullPath(
        configuration[SettingNames.DataDirectory] ?? System.IO.Path.Combine(".data", serviceName)));

    /// <exception cref="StartupException">The folder cannot be made, or others may write to it.</exception>
    public static void Create(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnerOnly);
                RefuseOpenToOthers(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"{SettingNames.DataDirectory}: the folder '{path}' cannot be made ({exception.Message}). Name a folder that this user may write to.",
                exception);
        }
    }

    /// <summary>
    /// Whoever may write to the folder may exchange a key or a database in it. A volume that is mounted for a group: name a folder within it,
    /// which is then made.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private static void RefuseOpenToOthers(string path)
    {
        var mode = File.GetUnixFileMode(path);
        var fault = mode.HasFlag(UnixFileMode.OtherWrite) ? $"anyone may write to the folder '{path}'. Run chmod 700 on it, or name another."
            : mode.HasFlag(UnixFileMode.GroupWrite) ? $"a group may write to the folder '{path}'. Run chmod 700 on it, or name one within it."
            : FileOwner.StrangerOf(path) is { } owner
                ? $"the folder '{path}' belongs to another user (uid {owner}). Let it belong to this program's user or root, or name another."
                : null;
        if (fault is not null)
        {
            throw new StartupException($"{SettingNames.DataDirectory}: {fault}");
        }
    }
}
