namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>What is wrong with the settings of the signing keys, each by name.</summary>
internal static class SigningKeyOptionsValidator
{
    public static IEnumerable<string> Validate(AuthorizationServerOptions options) =>
        Validate(options.SigningKeys).Concat(Validate(options.DataProtection));

    private static IEnumerable<string> Validate(SigningKeyOptions options)
    {
        if (options.RotateEvery < SigningKeyOptions.MinRotateEvery || options.RotateEvery > SigningKeyOptions.MaxRotateEvery)
        {
            yield return $"{SigningKeyOptions.Section}:RotateEvery is {options.RotateEvery}: "
                + $"expected {SigningKeyOptions.MinRotateEvery} to {SigningKeyOptions.MaxRotateEvery} (days.hours:minutes:seconds).";
        }

        if (options.PublishAhead < SigningKeyOptions.MinPublishAhead || options.PublishAhead > options.RotateEvery / 2)
        {
            yield return $"{SigningKeyOptions.Section}:PublishAhead is {options.PublishAhead}: "
                + $"expected {SigningKeyOptions.MinPublishAhead} to half of RotateEvery.";
        }
    }

    private static IEnumerable<string> Validate(DataProtectionOptions options)
    {
        if (!options.HasCertificate && !string.IsNullOrWhiteSpace(options.CertificatePasswordFile))
        {
            yield return $"{DataProtectionOptions.Section}:CertificateFile is missing: expected the PKCS#12 file that CertificatePasswordFile opens.";
        }

        foreach (var (index, _) in options.FormerCertificates.Index().Where(former => string.IsNullOrWhiteSpace(former.Item.File)))
        {
            yield return $"{DataProtectionOptions.Section}:FormerCertificates:{index}:File is missing: expected a PKCS#12 file.";
        }
    }
}
