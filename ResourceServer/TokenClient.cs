using System.Text.Json;

using B2BAssertions.Jose;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// Finds out which client a validated token was issued to, and what it lets that client do. The claims are read from the token's JSON:
/// IdentityModel makes the same claim of a string and of an array of one.
/// </summary>
internal static class TokenClient
{
    /// <summary>RFC 7519 §4.1.2. For a token that a client got for itself, the subject is the client (RFC 9068 §2.2).</summary>
    public const string Subject = "sub";

    /// <summary>RFC 9068 §2.2: the client that the token was issued to.</summary>
    public const string ClientId = "client_id";

    /// <summary>OpenID Connect Core §2: the party that the token was issued to, as some servers also say of access tokens.</summary>
    private const string AuthorizedParty = "azp";

    public const string Scope = "scope";

    /// <summary>
    /// RFC 9068 §2.2 requires client_id. By option the subject stands in for it (RS-10): then a client_id or azp that is there as well must be
    /// the same. In a token that a client got for a user it is not, and a user is no partner (RFC 9068 §5).
    /// </summary>
    /// <param name="client">The client; null when the claims name none.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static AccessTokenFault? Establish(JsonElement claims, ResourceServerOptions options, out CurrentClient? client)
    {
        client = null;
        var name = options.EffectiveClientIdClaim;
        if (NonBlank(claims, name) is not { Length: <= CurrentClient.MaxClientIdLength } clientId || clientId.Any(char.IsControl))
        {
            return new AccessTokenFault(name, $"one non-empty string of at most {CurrentClient.MaxClientIdLength} printable characters", null);
        }

        if (name == Subject && Array.Find([ClientId, AuthorizedParty], claim => IsAnother(claim, claims, clientId)) is { } another)
        {
            return new AccessTokenFault(another, "none, or the same as sub", claims.GetProperty(another).GetRawText());
        }

        client = new CurrentClient(clientId, NonBlank(claims, ClientAuthenticationMethod.ClaimType), ScopesOf(claims));
        return null;
    }

    private static string? NonBlank(JsonElement claims, string name) =>
        claims.GetOptionalString(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static bool IsAnother(string name, JsonElement claims, string subject) =>
        claims.TryGetProperty(name, out var value) && !(value.ValueKind == JsonValueKind.String && value.ValueEquals(subject));

    /// <summary>
    /// RS-05: whole words, case-sensitive (RFC 6749 §3.3), in a string separated by spaces (RFC 9068 §2.2.3), or in an array, as some servers send
    /// them. Strings alone: in the text of a JSON object the word could stand anywhere.
    /// </summary>
    private static string[] ScopesOf(JsonElement claims)
    {
        if (!claims.TryGetProperty(Scope, out var scope))
        {
            return [];
        }

        IEnumerable<JsonElement> texts = scope.ValueKind == JsonValueKind.Array ? scope.EnumerateArray() : [scope];
        return [.. texts.Where(text => text.ValueKind == JsonValueKind.String).SelectMany(text => text.GetString()!.Split(' '))];
    }
}
