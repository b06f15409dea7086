using System.Security.Cryptography;

using B2BAssertions.Jose;

namespace B2BAssertions.KeyFiles;

/// <summary>A private key on disk, encrypted with a password, for its owner alone (PC-03).</summary>
public interface IKeyFile
{
    /// <summary>For the log, where <see cref="IsOpenToOwnGroup"/>; {File} is the path.</summary>
    const string OpenToOwnGroup = "The group of the key file '{File}' may read it. Unless your platform mounts it so (fsGroup of Kubernetes): chmod 600.";

    /// <summary>Absolute.</summary>
    string Path { get; }

    /// <summary>Makes a key pair if the file does not exist.</summary>
    /// <param name="rsaBits">Size of the key where the algorithm is RSA's.</param>
    /// <returns>Whether it was made; an existing file is never written.</returns>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    bool CreateIfMissing(SigningAlgorithm algorithm, int rsaBits);

    /// <summary>Writes a key that was made elsewhere, encrypted, if the file does not exist.</summary>
    /// <returns>Whether it was written; an existing file is left as it is.</returns>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    bool CreateFrom(AsymmetricAlgorithm key);

    /// <summary>The key, of whichever kind it is.</summary>
    /// <exception cref="StartupException">The file cannot be used; the message says why and what to do.</exception>
    SigningKey Open();

    /// <summary>
    /// Whether a group that this process is in may read the file. Worth a warning and no more: so Kubernetes mounts secrets. A file that
    /// anybody else may read is not opened.
    /// </summary>
    bool IsOpenToOwnGroup();

    /// <summary>A sentence about this file, such as that its key is not the one that was expected.</summary>
    /// <param name="what">The sentence after the file's name.</param>
    StartupException Fault(string what, Exception? exception = null);
}
