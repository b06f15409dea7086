using System.Diagnostics.CodeAnalysis;

namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>A token, or why there is none.</summary>
public sealed class AccessTokenResult
{
    private AccessTokenResult(AccessToken? token, AccessTokenFailure? failure)
    {
        Token = token;
        Failure = failure;
    }

    /// <summary>Null when there is a <see cref="Failure"/>.</summary>
    public AccessToken? Token { get; }

    /// <summary>Null when there is a <see cref="Token"/>.</summary>
    public AccessTokenFailure? Failure { get; }

    public bool TryGetToken([NotNullWhen(true)] out AccessToken? token, [NotNullWhen(false)] out AccessTokenFailure? failure)
    {
        token = Token;
        failure = Failure;
        return token is not null;
    }

    internal static AccessTokenResult From(AccessToken token) => new(token, null);

    internal static AccessTokenResult From(AccessTokenFailure failure) => new(null, failure);
}
