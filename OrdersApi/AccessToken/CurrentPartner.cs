using System.Security.Claims;

namespace B2BAssertions.OrdersApi.AccessToken;

/// <summary>The partner that the validated access token was issued to.</summary>
internal sealed record CurrentPartner(string ClientId)
{
    /// <summary>RFC 9068 §2.2: the client that the token was issued to.</summary>
    public const string ClaimType = "client_id";

    /// <summary>Null unless the claim is there once, as a non-empty string.</summary>
    public static CurrentPartner? From(ClaimsPrincipal principal) =>
        principal.FindAll(ClaimType).ToArray() is [{ ValueType: ClaimValueTypes.String, Value: var clientId }]
        && !string.IsNullOrWhiteSpace(clientId)
            ? new CurrentPartner(clientId)
            : null;

    /// <summary>Lets endpoints take the partner as a parameter.</summary>
    public static ValueTask<CurrentPartner?> BindAsync(HttpContext context) =>
        ValueTask.FromResult<CurrentPartner?>(From(context.User)
            ?? throw new InvalidOperationException("An endpoint asks for the partner, but the request was not authorized by an access token."));
}
