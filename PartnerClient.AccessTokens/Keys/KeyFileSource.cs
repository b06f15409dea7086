using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.AccessTokens.Settings;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Keys;

/// <summary>
/// The key of an encrypted PKCS#8 file, for who has no other source. Opened when it is first needed, and anew when the file was replaced,
/// so that a rotation needs no restart.
/// </summary>
internal sealed class KeyFileSource(IOptions<AccessTokenOptions> options, SettingNames names) : ISigningKeySource, IDisposable
{
    private readonly Lock _gate = new();

    /// <summary>All that were opened: one of before may still be signing.</summary>
    private readonly List<SigningKey> _opened = [];
    private (DateTime Written, long Length) _file;

    /// <exception cref="StartupException">The file cannot be used; the message says why and what to do.</exception>
    public ValueTask<SigningKey> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var path = Path.GetFullPath(options.Value.KeyFile!);
            var info = new FileInfo(path);
            var file = info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
            if (_opened.Count == 0 || file != _file)
            {
                _opened.Add(CreateFile(path).Open());
                _file = file;
            }

            return ValueTask.FromResult(_opened[^1]);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _opened.ForEach(key => key.Dispose());
            _opened.Clear();
        }
    }

    private PrivateKeyFile CreateFile(string path) => new(path, names.Of(nameof(options.Value.KeyFile)), CreatePassword());

    private IKeyPassword CreatePassword() => string.IsNullOrEmpty(options.Value.KeyPassword)
        ? new PasswordFile(
            Path.GetFullPath(options.Value.KeyPasswordFile!),
            names.Of(nameof(options.Value.KeyPasswordFile)),
            names.Of(nameof(options.Value.KeyPassword)))
        : new KnownPassword(options.Value.KeyPassword, names.Of(nameof(options.Value.KeyPassword)));

    private sealed class KnownPassword(string password, string origin) : IKeyPassword
    {
        public string Origin => origin;

        public string ReadOrCreate() => password;

        public string Read() => password;
    }
}
