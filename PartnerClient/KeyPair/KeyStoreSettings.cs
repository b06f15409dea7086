namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>Faults of the settings that say where keys live.</summary>
internal static class KeyStoreSettings
{
    private const int MostSessions = 64;

    private static readonly string[] Stores =
        [PartnerClientOptions.StorePkcs8, PartnerClientOptions.StorePkcs12, PartnerClientOptions.StorePkcs11];

    public static IEnumerable<string?> Check(PartnerClientOptions options)
    {
        var isToken = options.KeyStore == PartnerClientOptions.StorePkcs11;
        return
        [
            CheckStore(options),
            options.KeyFile is { } file && string.IsNullOrWhiteSpace(file)
                ? $"{NameOf(nameof(options.KeyFile))} is empty: expected the name of a file."
                : null,
            .. isToken ? CheckToken(options.Pkcs11) : [CheckNoToken(options)],
        ];
    }

    private static string? CheckStore(PartnerClientOptions options) => Stores.Contains(options.KeyStore)
        ? null
        : $"{NameOf(nameof(options.KeyStore))} is '{options.KeyStore}': expected {string.Join(", ", Stores)}.";

    private static IEnumerable<string?> CheckToken(Pkcs11Options token) =>
    [
        Path.IsPathFullyQualified(token.Library)
            ? null
            : $"{NameOf(nameof(token.Library), token)} is '{token.Library}': expected the whole path of the token's PKCS#11 library.",
        CheckNotEmpty(token, nameof(token.TokenLabel), token.TokenLabel, "the label of the token"),
        CheckNotEmpty(token, nameof(token.KeyLabel), token.KeyLabel, "the label of the key"),
        CheckNotEmpty(token, nameof(token.PinFile), token.PinFile, "the name of a file whose first line is the user PIN"),
        token.MaxSessions is >= 1 and <= MostSessions
            ? null
            : $"{NameOf(nameof(token.MaxSessions), token)} is {token.MaxSessions}: expected 1 to {MostSessions}.",
    ];

    /// <summary>Who names a token means to use it: a key in a file instead would be weaker than was asked for, and nobody would see.</summary>
    private static string? CheckNoToken(PartnerClientOptions options) =>
        options.Pkcs11 is { Library: "", TokenLabel: "", PinFile: "" }
            ? null
            : $"{NameOf(nameof(options.Pkcs11))} is set, but {NameOf(nameof(options.KeyStore))} is '{options.KeyStore}': expected "
                + $"'{PartnerClientOptions.StorePkcs11}', or no settings of a token.";

    private static string? CheckNotEmpty(Pkcs11Options token, string setting, string value, string expected) =>
        string.IsNullOrWhiteSpace(value) ? $"{NameOf(setting, token)} is missing: expected {expected}." : null;

    private static string NameOf(string setting) => $"{PartnerClientOptions.Section}:{setting}";

    private static string NameOf(string setting, Pkcs11Options _) => NameOf($"{nameof(PartnerClientOptions.Pkcs11)}:{setting}");
}
