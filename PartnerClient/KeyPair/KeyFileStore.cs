using System.Security.Cryptography;

using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>Keys in files, each encrypted with the one password of the settings (PC-03).</summary>
internal sealed partial class KeyFileStore(
    IOptions<PartnerClientOptions> options,
    DataDirectory directory,
    KeyPassword password,
    TimeProvider time,
    ILogger<KeyFileStore> logger) : IKeyStore
{
    private const string Setting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.KeyFile)}";

    private readonly bool _isPkcs12 = options.Value.KeyStore == PartnerClientOptions.StorePkcs12;

    private readonly string _configured = directory.Locate(options.Value.KeyFile ?? DefaultFile(options.Value.KeyStore));

    private readonly SigningAlgorithm _algorithm =
        SigningAlgorithm.TryParse(options.Value.Algorithm, out var algorithm) ? algorithm : SigningAlgorithm.PS256;

    public string ConfiguredName => Path.GetFileName(_configured);

    private string Folder => Path.GetDirectoryName(_configured)!;

    public string NameWith(string suffix) =>
        $"{Path.GetFileNameWithoutExtension(_configured)}.{suffix}{Path.GetExtension(_configured)}";

    public string Describe(string name) => PathOf(name);

    public bool Exists(string name) => File.Exists(PathOf(name));

    public void LookAnew()
    {
        // Files are looked at each time.
    }

    public bool Create(string name)
    {
        var created = FileOf(name).CreateIfMissing(_algorithm, options.Value.RsaKeySize);
        if (created)
        {
            Flush(name);
        }

        return created;
    }

    public bool Import(string name, AsymmetricAlgorithm key)
    {
        var created = FileOf(name).CreateFrom(key);
        if (created)
        {
            Flush(name);
        }

        return created;
    }

    public SigningKey Open(string name)
    {
        var file = FileOf(name);
        if (file.IsOpenToOwnGroup())
        {
            Log.OpenToOwnGroup(logger, file.Path);
        }

        var key = file.Open();
        if (key.Public.Algorithm == _algorithm)
        {
            return key;
        }

        key.Dispose();
        throw file.Fault($"holds a key of another kind than {_algorithm} needs. Set PartnerClient:Algorithm to the one it is for.");
    }

    public void Archive(string name, string archivedAs) => Change(name, $"cannot be moved to '{archivedAs}'", () =>
    {
        File.Move(PathOf(name), PathOf(archivedAs), overwrite: false);
        DurableFolder.Flush(Folder);
    });

    /// <summary>Not overwritten first: file systems and disks keep old blocks anyway. What is left of it is encrypted.</summary>
    public void Erase(string name) => Change(name, "cannot be erased", () =>
    {
        File.Delete(PathOf(name));
        DurableFolder.Flush(Folder);
    });

    private static string DefaultFile(string store) =>
        store == PartnerClientOptions.StorePkcs12 ? PartnerClientOptions.DefaultPkcs12File : PartnerClientOptions.DefaultKeyFile;

    private IKeyFile FileOf(string name) => _isPkcs12
        ? new Pkcs12KeyFile(PathOf(name), Setting, password, time)
        : new PrivateKeyFile(PathOf(name), Setting, password);

    private void Flush(string name) => Change(name, "cannot be written to disk", () => DurableFolder.Flush(Folder));

    /// <summary>Names come from the settings and from our own state, never from outside; one with a folder in it is a fault of ours.</summary>
    private string PathOf(string name) => Path.GetFileName(name) == name && name is not ("" or "." or "..")
        ? Path.Combine(Folder, name)
        : throw new ArgumentException($"'{name}' is no name of a file in the keys' folder.", nameof(name));

    private void Change(string name, string failed, Action change)
    {
        try
        {
            change();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileOf(name).Fault($"{failed} ({exception.Message}). This user must be able to write to its folder.", exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, IKeyFile.OpenToOwnGroup)]
        public static partial void OpenToOwnGroup(ILogger logger, string file);
    }
}
