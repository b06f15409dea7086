using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace B2BAssertions.KeyFiles;

/// <summary>A file whose first line is the password of a key file.</summary>
/// <param name="path">Absolute path.</param>
/// <param name="name">How its user calls the file, such as a setting or an option; the faults begin with it.</param>
/// <param name="otherSource">The setting or option that gives a password without a file; null when there is none.</param>
public sealed class PasswordFile(string path, string name, string? otherSource = null) : IKeyPassword
{
    private const string Extension = ".password";

    /// <summary>Random bytes of a new password.</summary>
    private const int RandomBytes = 32;

    private bool _isTrimmed;

    public string Path { get; } = path;

    /// <summary>As openssl reads it, white space at its ends is part of a password: here it is not, and who wonders is told.</summary>
    public string Origin => $"the first line of '{Path}' ({name}){(_isTrimmed ? ", without the white space at its ends" : "")}";

    private string OrSetTheOther => otherSource is null ? "" : $" or set {otherSource}";

    /// <summary>Where the password of a key file lies unless somebody says otherwise: beside it, with its name.</summary>
    public static string PathBeside(string keyFile) => System.IO.Path.ChangeExtension(keyFile, Extension);

    public string ReadOrCreate()
    {
        CreateIfMissing();
        return Read();
    }

    public string Read()
    {
        try
        {
            using var file = File.OpenRead(Path);
            if (FileOwner.StrangerOf(file) is { } owner)
            {
                throw Fault($"'{Path}' belongs to another user (uid {owner}), who knows the password. Let it belong to this program's user or root: chown.");
            }

            return SecretFile.ReadFirstLine(file, out _isTrimmed)
                ?? throw Fault($"the first line of '{Path}' is empty: expected the password of the key file.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault(
                $"the password of the key file cannot be read from '{Path}' ({exception.Message}). Restore that file{OrSetTheOther}; "
                + "without the password the key is lost, and a new one has to be enrolled.",
                exception);
        }
    }

    /// <summary>Makes the file with a random password.</summary>
    /// <returns>Whether it was made; an existing file is never written.</returns>
    /// <exception cref="StartupException">It cannot be written.</exception>
    public bool CreateIfMissing()
    {
        if (File.Exists(Path))
        {
            return false;
        }

        var password = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        try
        {
            return OwnerOnlyFile.TryCreate(Path, Encoding.ASCII.GetBytes(password + "\n"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault(
                $"'{Path}' cannot be written ({exception.Message}). Name a file in a folder that this user may write to{OrSetTheOther}.",
                exception);
        }
    }

    /// <summary>
    /// Whether group or others have any right to the file. Worth a warning and no more: container platforms mount secrets with wider modes,
    /// and without the key file the password opens nothing.
    /// </summary>
    public bool IsOpenToOthers()
    {
        try
        {
            using var file = File.OpenRead(Path);
            return OwnerOnlyFile.IsOpenToOthers(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private StartupException Fault(string what, Exception? exception = null) => new($"{name}: {what}", exception);
}
