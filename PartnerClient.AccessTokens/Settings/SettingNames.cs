namespace B2BAssertions.PartnerClient.AccessTokens.Settings;

/// <summary>How the application's owner calls an option, for sentences about it.</summary>
/// <param name="Prefix">What stands before the option's name, separator included.</param>
internal sealed record SettingNames(string Prefix)
{
    public string Of(string option) => Prefix + option;
}
