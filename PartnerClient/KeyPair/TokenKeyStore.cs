using System.Security.Cryptography;

using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.Pkcs11Keys;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>Keys in a PKCS#11 token: this process asks for signatures and never sees a private key (PC-03). Names are labels.</summary>
internal sealed partial class TokenKeyStore : IKeyStore, IDisposable
{
    private const string Section = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.Pkcs11)}";

    private readonly TokenKeys _keys;
    private readonly SigningAlgorithm _algorithm;
    private readonly int _rsaBits;

    public TokenKeyStore(IOptions<PartnerClientOptions> options, DataDirectory directory, ILogger<TokenKeyStore> logger)
    {
        var token = options.Value.Pkcs11;
        var pinFile = directory.Locate(token.PinFile);
        ConfiguredName = token.KeyLabel;
        _algorithm = SigningAlgorithm.Parse(options.Value.Algorithm);
        _rsaBits = options.Value.RsaKeySize;
        _keys = new TokenKeys(new TokenSettings
        {
            Section = Section,
            Library = token.Library,
            TokenLabel = token.TokenLabel,
            PinFile = pinFile,
            MaxSessions = token.MaxSessions,
            RefusedPinMark = directory.FileNamed("pin.refused"),
        });
        if (new PasswordFile(pinFile, $"{Section}:{nameof(token.PinFile)}").IsOpenToOthers())
        {
            Log.OpenToOthers(logger, pinFile);
        }
    }

    public string ConfiguredName { get; }

    public string NameWith(string suffix) => $"{ConfiguredName}.{suffix}";

    public string Describe(string name) => _keys.Describe(name);

    public bool Exists(string name) => Ask(() => _keys.Exists(name));

    public void LookAnew() => Ask(() =>
    {
        _keys.Reload();
        return true;
    });

    public bool Create(string name) => Ask(() => _keys.CreateIfMissing(name, _algorithm, _rsaBits));

    /// <summary>A key that was outside of the token once may still be there: that is not what a token is for.</summary>
    public bool Import(string name, AsymmetricAlgorithm key) => throw new StartupException(
        $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.KeyStore)}: a key in a token is made there, so none is imported. Have a "
        + "new one made and registered; if it must be this one, the token's vendor has a tool for it.");

    public SigningKey Open(string name) => Ask(() =>
    {
        var key = _keys.Open(name, _algorithm);
        try
        {
            return SigningKey.From(key);
        }
        catch (ArgumentException exception)
        {
            key.Dispose();
            throw new TokenException($"{Section}: {Describe(name)} is not accepted. {exception.Message} Have a new one made.", exception);
        }
    });

    public void Archive(string name, string archivedAs) => Ask(() =>
    {
        _keys.Rename(name, archivedAs);
        return true;
    });

    public void Erase(string name) => Ask(() =>
    {
        _keys.Destroy(name);
        return true;
    });

    public void Dispose() => _keys.Dispose();

    private static T Ask<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (TokenException exception)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "The PIN file '{File}' is open to group or others. Unless your platform mounts it so: chmod 600.")]
        public static partial void OpenToOthers(ILogger logger, string file);
    }
}
