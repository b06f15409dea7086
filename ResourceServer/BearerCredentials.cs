using System.Buffers;

using Microsoft.Extensions.Primitives;

namespace B2BAssertions.ResourceServer;

internal enum BearerCredentialsKind
{
    /// <summary>No Authorization header, or one of another scheme.</summary>
    None,

    /// <summary>One token.</summary>
    One,

    /// <summary>More than one header, or more than one credential in it.</summary>
    Several,

    /// <summary>The scheme Bearer without a token, or with something that is none.</summary>
    Malformed,
}

/// <summary>
/// The token of a request, from the Authorization header alone (RFC 6750 §2.1). The query and the body are never looked at
/// (FAPI 2.0 Security Profile §5.3.4, RS-01).
/// </summary>
internal readonly record struct BearerCredentials(BearerCredentialsKind Kind, string Token)
{
    private const string Scheme = "Bearer";

    /// <summary>What b64token is made of (RFC 6750 §2.1).</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    public static BearerCredentials Read(StringValues authorization)
    {
        if (authorization.Count > 1)
        {
            return Of(BearerCredentialsKind.Several);
        }

        var header = authorization.ToString().AsSpan().Trim(' ');
        var endOfScheme = header.IndexOf(' ');
        var scheme = endOfScheme < 0 ? header : header[..endOfScheme];
        if (!scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Of(BearerCredentialsKind.None);
        }

        var token = header[scheme.Length..].Trim(' ');
        if (token.Contains(','))
        {
            return Of(BearerCredentialsKind.Several);
        }

        return token.IsEmpty || token.ContainsAnyExcept(TokenCharacters)
            ? Of(BearerCredentialsKind.Malformed)
            : new BearerCredentials(BearerCredentialsKind.One, token.ToString());
    }

    /// <summary>Never the token: a record would print it.</summary>
    public override string ToString() => Kind.ToString();

    private static BearerCredentials Of(BearerCredentialsKind kind) => new(kind, string.Empty);
}
