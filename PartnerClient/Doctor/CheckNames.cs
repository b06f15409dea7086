namespace B2BAssertions.PartnerClient.Doctor;

/// <summary>The names of the checks, as people and programs see them.</summary>
internal static class CheckNames
{
    public const string Settings = "settings";
    public const string Key = "key";
    public const string Clock = "clock";
    public const string Metadata = "metadata";
    public const string Issuer = "issuer";
    public const string TokenEndpoint = "token endpoint";
    public const string Authentication = "authentication";
    public const string Access = "grant and scope";
    public const string KeySet = "key set";
    public const string Token = "token";
    public const string KeyState = "key state";
    public const string Orders = "orders";
    public const string KeyAge = "key age";
    public const string Transport = "transport";
}
