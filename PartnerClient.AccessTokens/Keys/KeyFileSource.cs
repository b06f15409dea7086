using System.Runtime.ExceptionServices;

using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.AccessTokens.Settings;
using B2BAssertions.PartnerClient.AccessTokens.Token;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Keys;

/// <summary>
/// The key of an encrypted PKCS#8 file, for who has no other source. Opened when it is first needed, and anew when the file was replaced,
/// so that a rotation needs no restart.
/// </summary>
internal sealed partial class KeyFileSource(
    IOptions<AccessTokenOptions> options,
    SettingNames names,
    TimeProvider time,
    ILogger<KeyFileSource> logger,
    IHostEnvironment? host = null)
    : ISigningKeySource, IDisposable
{
    /// <summary>To try a password is slow on purpose: callers in a row share a fault, unless one of the files changes.</summary>
    private static readonly TimeSpan FaultKept = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();

    /// <summary>All that were opened: one of before may still be signing.</summary>
    private readonly List<SigningKey> _opened = [];
    private Stamp _file;
    private (Stamp File, Stamp Password, Moment At, ExceptionDispatchInfo Exception)? _fault;

    /// <exception cref="StartupException">The file cannot be used; the message says why and what to do.</exception>
    public ValueTask<SigningKey> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var path = Locate(options.Value.KeyFile!);
            var file = Stamp.Of(path);
            if (_opened.Count == 0 || file != _file)
            {
                _opened.Add(Open(path, file));
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

    private SigningKey Open(string path, Stamp file)
    {
        var password = string.IsNullOrEmpty(options.Value.KeyPasswordFile) ? default : Stamp.Of(Locate(options.Value.KeyPasswordFile));
        if (_fault is { } fault && fault.File == file && fault.Password == password && fault.At.Age(time) < FaultKept)
        {
            fault.Exception.Throw();
        }

        try
        {
            var key = CreateFile(path);
            if (key.IsOpenToOwnGroup())
            {
                Log.OpenToOwnGroup(logger, path);
            }

            return key.Open();
        }
        catch (Exception exception)
        {
            _fault = (file, password, Moment.Now(time), ExceptionDispatchInfo.Capture(exception));
            throw;
        }
    }

    /// <summary>The host's content root, where its appsettings.json lies too: wherever the application is started, it is the same file.</summary>
    private string Locate(string path) => Path.GetFullPath(path, host?.ContentRootPath ?? Environment.CurrentDirectory);

    private PrivateKeyFile CreateFile(string path) => new(path, names.Of(nameof(options.Value.KeyFile)), CreatePassword());

    private IKeyPassword CreatePassword() => string.IsNullOrEmpty(options.Value.KeyPassword)
        ? new PasswordFile(
            Locate(options.Value.KeyPasswordFile!),
            names.Of(nameof(options.Value.KeyPasswordFile)),
            names.Of(nameof(options.Value.KeyPassword)))
        : new KnownPassword(options.Value.KeyPassword, names.Of(nameof(options.Value.KeyPassword)));

    /// <summary>What tells a changed file: its mode too, which is mended without touching the content.</summary>
    private readonly record struct Stamp(DateTime Written, long Length, UnixFileMode Mode)
    {
        public static Stamp Of(string path)
        {
            var info = new FileInfo(path);
            return info.Exists ? new Stamp(info.LastWriteTimeUtc, info.Length, info.UnixFileMode) : default;
        }
    }

    private sealed class KnownPassword(string password, string origin) : IKeyPassword
    {
        public string Origin => origin;

        public string ReadOrCreate() => password;

        public string Read() => password;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, IKeyFile.OpenToOwnGroup)]
        public static partial void OpenToOwnGroup(ILogger logger, string file);
    }
}
