using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>
/// AT-04: the keys that sign access tokens, in the data directory. <c>signing-key.pem</c> signs and is made on first start;
/// <c>signing-key.next.pem</c> is published ahead of its use and <c>signing-key.previous.pem</c> until its last token is dead.
/// </summary>
internal sealed class ServerSigningKeys
{
    private const string CurrentFile = "signing-key.pem";
    private const string NextFile = "signing-key.next.pem";
    private const string PreviousFile = "signing-key.previous.pem";

    /// <exception cref="StartupException">A key file is unreadable, open to others, or of another algorithm than the settings say.</exception>
    public ServerSigningKeys(DataDirectory directory, IOptions<AuthorizationServerOptions> options)
    {
        var algorithm = SigningAlgorithm.Parse(options.Value.SigningAlgorithm);
        var file = directory.FileNamed(CurrentFile);
        SigningKeyFile.CreateIfMissing(file, algorithm);
        Current = SigningKeyFile.Read(file);
        if (Current.Algorithm != algorithm.Name)
        {
            throw new StartupException(
                $"'{file}' holds a key for {Current.Algorithm}, but {AuthorizationServerOptions.Section}:SigningAlgorithm is {algorithm}. "
                + $"Rename the file to {PreviousFile}: a new key is made, and the old one stays published.");
        }

        string[] onlyPublished = [directory.FileNamed(NextFile), directory.FileNamed(PreviousFile)];
        Published = [.. onlyPublished.Where(File.Exists).Select(SigningKeyFile.Read), Current];
    }

    /// <summary>The one that signs.</summary>
    public SigningCredentials Current { get; }

    /// <summary>All that an API may find in the header of a token that is still good.</summary>
    public IReadOnlyList<SigningCredentials> Published { get; }
}
