using System.Security.Claims;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// The scopes of an access token: whole words, case-sensitive (RFC 6749 §3.3), in a string separated by spaces (RFC 9068 §2.2.3); an
/// array, as some servers send it, arrives as one claim per element (RS-05).
/// </summary>
internal static class GrantedScopes
{
    private const string ClaimType = "scope";

    // Strings alone: in the text of a JSON object the word could stand anywhere.
    public static IEnumerable<string> Of(ClaimsPrincipal principal) => principal
        .FindAll(claim => claim is { Type: ClaimType, ValueType: ClaimValueTypes.String })
        .SelectMany(claim => claim.Value.Split(' '));
}
