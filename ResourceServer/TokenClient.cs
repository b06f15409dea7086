using System.Security.Claims;
using System.Text.Json;

using Microsoft.IdentityModel.JsonWebTokens;

namespace B2BAssertions.ResourceServer;

/// <summary>Finds out which client a validated token was issued to.</summary>
internal static class TokenClient
{
    /// <summary>RFC 7519 §4.1.2. For a token that a client got for itself, the subject is the client (RFC 9068 §2.2).</summary>
    public const string Subject = "sub";

    /// <summary>OpenID Connect Core §2: the party that the token was issued to, as some servers also say of access tokens.</summary>
    private const string AuthorizedParty = "azp";

    private const string OneNonEmptyString = "one non-empty string";

    /// <summary>
    /// RFC 9068 §2.2 requires client_id. By option the subject stands in for it (RS-10): then a client_id or azp that is there as well must be
    /// the same. In a token that a client got for a user it is not, and a user is no partner (RFC 9068 §5).
    /// </summary>
    /// <returns>What is wrong; null when <see cref="CurrentClient"/> can be made of the principal.</returns>
    public static AccessTokenFault? Establish(ClaimsPrincipal principal, JsonWebToken token, ResourceServerOptions options)
    {
        var identity = (ClaimsIdentity)principal.Identity!;
        var claims = AccessTokenForm.ClaimsOf(token);
        KeepStringAlone(CurrentClient.ClaimType, identity, claims);
        KeepStringAlone(Subject, identity, claims);
        KeepStringAlone(ClientAuthenticationMethod.ClaimType, identity, claims);

        if (options.EffectiveClientIdClaim == Subject)
        {
            if (CurrentClient.SingleString(principal, Subject) is not { } subject)
            {
                return new AccessTokenFault(Subject, OneNonEmptyString, null);
            }

            if (Array.Find([CurrentClient.ClaimType, AuthorizedParty], claim => IsAnother(claim, claims, subject)) is { } another)
            {
                return new AccessTokenFault(another, "none, or the same as sub", claims.GetProperty(another).GetRawText());
            }

            if (!principal.HasClaim(claim => claim.Type == CurrentClient.ClaimType))
            {
                identity.AddClaim(new Claim(CurrentClient.ClaimType, subject));
            }
        }

        return CurrentClient.From(principal) is null ? new AccessTokenFault(CurrentClient.ClaimType, OneNonEmptyString, null) : null;
    }

    /// <summary>IdentityModel makes the same claim of a string and of an array of one: what the token says decides.</summary>
    private static void KeepStringAlone(string type, ClaimsIdentity identity, JsonElement claims)
    {
        if (claims.TryGetProperty(type, out var value) && value.ValueKind != JsonValueKind.String)
        {
            foreach (var claim in identity.FindAll(type).ToList())
            {
                identity.RemoveClaim(claim);
            }
        }
    }

    private static bool IsAnother(string type, JsonElement claims, string subject) =>
        claims.TryGetProperty(type, out var value) && !(value.ValueKind == JsonValueKind.String && value.ValueEquals(subject));
}
