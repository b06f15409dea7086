namespace B2BAssertions.ResourceServer;

/// <summary>The types that settings can allow an access token to have.</summary>
internal static class AccessTokenType
{
    /// <summary>RFC 9068 §2.1, with or without the <c>application/</c> that RFC 7515 §4.1.9 lets a sender leave out.</summary>
    public const string AccessToken = "at+jwt";

    /// <summary>Says nothing: an ID token and a client assertion are a JWT as well (RS-10).</summary>
    public const string Jwt = "JWT";

    /// <summary>A word of the settings, not of tokens: the header names no type (RS-10).</summary>
    public const string Absent = "absent";

    public static readonly IReadOnlyList<string> All = [AccessToken, Jwt, Absent];

    /// <summary>To the letter: a type that is spelt otherwise is another.</summary>
    public static bool IsValid(string? type, ResourceServerOptions options) => type switch
    {
        null or "" => options.EffectiveTypes.Contains(Absent),
        Jwt => options.EffectiveTypes.Contains(Jwt),
        _ => NamesAccessToken(type) && options.EffectiveTypes.Contains(AccessToken),
    };

    /// <summary>Whether the type alone says that the JWT is an access token.</summary>
    public static bool NamesAccessToken(string? type) => type is AccessToken or $"application/{AccessToken}";
}
