using Microsoft.AspNetCore.Http;

namespace B2BAssertions.ResourceServer;

/// <summary>The other bearer credentials of a request, unchecked. No record: that would print the token.</summary>
public sealed class OtherBearerToken
{
    internal OtherBearerToken(string value) => Value = value;

    public string Value { get; }

    /// <summary>Null unless the endpoint accepts other bearer credentials and the request carries some.</summary>
    public static OtherBearerToken? From(HttpContext context) => context.Features.Get<OtherBearerToken>();
}
