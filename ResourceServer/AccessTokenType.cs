using B2BAssertions.Jose;

namespace B2BAssertions.ResourceServer;

/// <summary>The types that settings can allow an access token to have.</summary>
internal static class AccessTokenType
{
    /// <summary>RFC 9068 §2.1.</summary>
    public const string AccessToken = "at+jwt";

    /// <summary>Says nothing: an ID token and a client assertion are a JWT as well (RS-10).</summary>
    public const string Jwt = "JWT";

    /// <summary>A word of the settings, not of tokens: the header names no type (RS-10).</summary>
    public const string Absent = "absent";

    public static readonly IReadOnlyList<string> All = [AccessToken, Jwt, Absent];

    public static bool IsValid(string? type, ResourceServerOptions options) => type switch
    {
        null or "" => options.EffectiveTypes.Contains(Absent),
        _ when NamesAccessToken(type) => options.EffectiveTypes.Contains(AccessToken),
        _ => MediaTypeName.Is(type, Jwt) && options.EffectiveTypes.Contains(Jwt),
    };

    /// <summary>Whether the type alone says that the JWT is an access token.</summary>
    public static bool NamesAccessToken(string? type) => MediaTypeName.Is(type, AccessToken);
}
