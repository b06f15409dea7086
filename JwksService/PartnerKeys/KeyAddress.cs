using B2BAssertions.JwksService.Database;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.PartnerKeys;

/// <summary>
/// The last part of a key's address: its kid, or its thumbprint, which every key has and which is safe in any path. No key's kid is
/// another key's thumbprint (see KeyRegistration).
/// </summary>
internal static class KeyAddress
{
    /// <summary>The one that routing leaves encoded (RFC 3986 §2.2).</summary>
    private const string EncodedSlash = "%2F";

    /// <summary>
    /// Whether a kid can stand in an address and mean itself there: no dot segment, and nothing that reads as an encoded slash, or what is
    /// done to one key would be done to another.
    /// </summary>
    public static bool CanName(string kid) =>
        !kid.Contains(EncodedSlash, StringComparison.OrdinalIgnoreCase) && !kid.Split('/', '\\').Any(segment => segment is "." or "..");

    public static Task<PartnerKey?> FindKeyAsync(
        this JwksDbContext database,
        string clientId,
        string kid,
        CancellationToken cancellationToken)
    {
        var decoded = kid.Replace(EncodedSlash, "/", StringComparison.OrdinalIgnoreCase);
        return database.PartnerKeys.SingleOrDefaultAsync(
            key => key.ClientId == clientId && (key.KeyId == decoded || key.Thumbprint == decoded), cancellationToken);
    }
}
