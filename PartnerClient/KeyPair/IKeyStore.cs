using System.Security.Cryptography;

using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>
/// Where private keys live (PC-03): encrypted PKCS#8 files, PKCS#12 files, or a PKCS#11 token. Names are file names in the folder of
/// <see cref="PartnerClientOptions.KeyFile"/>, or labels in the token.
/// </summary>
internal interface IKeyStore
{
    /// <summary>The name that the settings give: that of the partner's first key.</summary>
    string ConfiguredName { get; }

    /// <summary>A name beside the configured one, such as <c>partner-key.2.pem</c> for the suffix <c>2</c>.</summary>
    string NameWith(string suffix);

    /// <summary>Where the key lies, for people: a path, or token and label.</summary>
    string Describe(string name);

    /// <exception cref="StartupException">It cannot be told.</exception>
    bool Exists(string name);

    /// <summary>For when a key is missed that another process has made: some tokens show none that came after the program's start.</summary>
    /// <exception cref="StartupException">It cannot be looked.</exception>
    void LookAnew();

    /// <summary>A new pair by the settings Algorithm and RsaKeySize; on disk, or in the token, for good when this returns.</summary>
    /// <returns>Whether it was made; an existing key is left as it is.</returns>
    /// <exception cref="StartupException">It cannot be made.</exception>
    bool Create(string name);

    /// <summary>Puts in a key that was made elsewhere, encrypted, for good when this returns.</summary>
    /// <returns>Whether it was put in; an existing key is left as it is.</returns>
    /// <exception cref="StartupException">It cannot be put in, as into a token, whose keys are made there.</exception>
    bool Import(string name, AsymmetricAlgorithm key);

    /// <exception cref="StartupException">The key cannot be used; the message says why and what to do.</exception>
    SigningKey Open(string name);

    /// <summary>Moves the key to a name under which nothing opens it by chance; never over another key.</summary>
    /// <exception cref="StartupException">It cannot be moved.</exception>
    void Archive(string name, string archivedAs);

    /// <summary>Removes the key for good; nothing happens when there is none.</summary>
    /// <exception cref="StartupException">It cannot be removed.</exception>
    void Erase(string name);
}
