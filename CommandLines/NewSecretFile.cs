using System.Text;

using B2BAssertions.KeyFiles;

namespace B2BAssertions.CommandLines;

/// <summary>
/// The file that a new token goes to, for its owner alone. It is made before the token is asked for: a token that cannot be written would
/// be lost, and a new enrolment token would have made an older one worthless.
/// </summary>
public sealed class NewSecretFile : IDisposable
{
    private readonly FileStream _file;
    private bool _written;

    private NewSecretFile(FileStream file) => _file = file;

    public string Path => _file.Name;

    /// <exception cref="StartupException">It is there already, or cannot be made.</exception>
    public static NewSecretFile Create(string path, string name)
    {
        try
        {
            return new NewSecretFile(OwnerOnlyFile.OpenAlone(System.IO.Path.GetFullPath(path), FileMode.CreateNew));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"{name}: '{path}' cannot be made ({exception.Message}). Name a new file in a folder that this user may write to.", exception);
        }
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string secret)
    {
        _file.Write(Encoding.ASCII.GetBytes(secret + "\n"));
        _file.Flush(flushToDisk: true);
        _written = true;
    }

    /// <summary>Without a secret, the file goes.</summary>
    public void Dispose()
    {
        _file.Dispose();
        if (!_written)
        {
            File.Delete(Path);
        }
    }
}
