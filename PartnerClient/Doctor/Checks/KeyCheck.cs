using System.Globalization;

using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.PartnerClient.Rotation;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>The key that signs now can be opened (PC-03). A missing one is not made.</summary>
internal sealed class KeyCheck(
    KeyRing ring, IKeyStore store, KeyPassword password, IOptions<PartnerClientOptions> options, Facts facts) : ICheck
{
    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Open());

    private CheckResult Open()
    {
        try
        {
            if (ring.IsEmpty)
            {
                return CheckResult.Failed(
                    "key_missing",
                    $"There is no key at '{store.Describe(store.ConfiguredName)}'.",
                    "Start PartnerClient: it makes the key and enrols it with PartnerClient:EnrolmentToken. If there was a key before, restore its "
                        + "file and password, or correct PartnerClient:KeyFile and DataDirectory.");
            }

            ring.Open();
        }
        catch (StartupException exception)
        {
            return CheckResult.Failed("key_unusable", exception.Message, "Do what that sentence says. Only a key that can neither be opened nor restored is lost: have a new one enrolled then.");
        }

        facts.Key = ring.Key;
        return CheckResult.Ok($"{Describe(ring.Key.Public)}, in '{ring.Location}'{ModeOf(ring.Location)}{Opener()}");
    }

    private static string Describe(PublicJwk key) => string.Create(
        CultureInfo.InvariantCulture, $"{key.Algorithm.KeyType} {key.SecurityKey.KeySize} bits for {key.Algorithm}, kid {key.KeyId}");

    private static string ModeOf(string path) => OperatingSystem.IsWindows() || !File.Exists(path)
        ? ""
        : $" (mode {Convert.ToString((int)File.GetUnixFileMode(path), 8).PadLeft(4, '0')})";

    private string Opener() =>
        options.Value.KeyStore == PartnerClientOptions.StorePkcs11 ? "" : $", password from {password.Origin}";
}
