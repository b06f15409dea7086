using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>The partner's key file, as the settings name it (PC-03).</summary>
internal sealed class KeyFile(IOptions<PartnerClientOptions> options, DataDirectory directory, KeyPassword password)
{
    private const string Setting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.KeyFile)}";

    private readonly PrivateKeyFile _file = new(directory.Locate(options.Value.KeyFile), Setting, password);

    private readonly SigningAlgorithm _algorithm =
        SigningAlgorithm.TryParse(options.Value.Algorithm, out var algorithm) ? algorithm : SigningAlgorithm.PS256;

    public string Path => _file.Path;

    /// <summary>Makes a key pair if the file does not exist.</summary>
    /// <returns>Whether it was made; an existing file is never written.</returns>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    public bool CreateIfMissing() => _file.CreateIfMissing(_algorithm, options.Value.RsaKeySize);

    /// <exception cref="StartupException">The file cannot be used; the message says why and what to do.</exception>
    public SigningKey Read()
    {
        var key = _file.Open(_algorithm);
        if (key.Public.Algorithm == _algorithm)
        {
            return key;
        }

        key.Dispose();
        throw _file.Fault($"holds a key of another kind than {_algorithm} needs. Set PartnerClient:Algorithm to the one it is for.");
    }
}
