namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>
/// Thrown to the caller of an HttpClient with <see cref="PartnerAccessTokenExtensions.AddPartnerAccessToken"/> whose request was not sent, or
/// not sent again, for want of an access token.
/// </summary>
public sealed class AccessTokenUnavailableException(AccessTokenFailure failure) : HttpRequestException($"No access token. {failure}")
{
    public AccessTokenFailure Failure { get; } = failure;
}
