namespace B2BAssertions.AppHost.Curity.Configuration;

/// <summary>The variables of <see cref="CurityContainer.ConfigurationSource"/>: everything that differs from one installation to another.</summary>
internal static class CurityVariables
{
    /// <summary>The address of the runtime as clients reach it; with its path it makes the issuer.</summary>
    public const string BaseUrl = "CURITY_BASE_URL";

    /// <summary>The address of the administration as people reach it.</summary>
    public const string AdminUrl = "CURITY_ADMIN_URL";

    /// <summary>Secret: the member <c>License</c> of the licence file.</summary>
    public const string LicenseKey = "LICENSE_KEY";

    /// <summary>Secret: 32 random bytes in hexadecimal.</summary>
    public const string SymmetricKey = "SYMMETRIC_KEY";

    /// <summary>Secret: the key that signs access tokens.</summary>
    public const string SigningKey = "SIGNING_KEY";

    /// <summary>The kid of <see cref="SigningKey"/>.</summary>
    public const string SigningKeyId = "SIGNING_KEY_ID";

    /// <summary>The hash of the administrator's password.</summary>
    public const string AdminPasswordHash = "ADMIN_PASSWORD_HASH";

    /// <summary>The partner's key set, at an address that the server reaches.</summary>
    public const string PartnerJwksUri = "PARTNER_JWKS_URI";

    /// <summary>http or https: how the server asks for key sets.</summary>
    public const string JwksScheme = "JWKS_SCHEME";

    /// <summary>The <c>aud</c> of access tokens: the identifier of the orders API.</summary>
    public const string OrdersApiAudience = "ORDERS_API_AUDIENCE";

    public static IReadOnlyList<string> All { get; } =
    [
        BaseUrl, AdminUrl, LicenseKey, SymmetricKey, SigningKey, SigningKeyId, AdminPasswordHash, PartnerJwksUri, JwksScheme, OrdersApiAudience,
    ];
}
