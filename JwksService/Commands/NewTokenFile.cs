using System.Text;

using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.JwksService.Commands;

/// <summary>
/// The file that a new enrolment token goes to, for its owner alone. It is made before the token is asked for: a token that cannot be
/// written would be lost, and would have made an older one worthless.
/// </summary>
internal sealed class NewTokenFile : IDisposable
{
    private readonly FileStream _file;
    private bool _written;

    private NewTokenFile(FileStream file) => _file = file;

    public string Path => _file.Name;

    /// <exception cref="StartupException">It is there already, or cannot be made.</exception>
    public static NewTokenFile Create(string path, string name)
    {
        try
        {
            return new NewTokenFile(OwnerOnlyFile.OpenAlone(System.IO.Path.GetFullPath(path), FileMode.CreateNew));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"{name}: '{path}' cannot be made ({exception.Message}). Name a new file in a folder that this user may write to.", exception);
        }
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string token)
    {
        _file.Write(Encoding.ASCII.GetBytes(token + "\n"));
        _file.Flush(flushToDisk: true);
        _written = true;
    }

    /// <summary>Without a token, the file goes.</summary>
    public void Dispose()
    {
        _file.Dispose();
        if (!_written)
        {
            File.Delete(Path);
        }
    }
}
