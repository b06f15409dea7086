namespace B2BAssertions.AuthorizationServer.Apis;

/// <summary>One API that access tokens are for, in <c>AuthorizationServer:Apis:n</c>.</summary>
internal sealed class ApiOptions
{
    /// <summary>The identifier of the API: the <c>aud</c> of the access tokens for it, to the letter.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The scopes of this API, at least one; none of them is another API's, so that a scope tells which API a token is for.</summary>
    public IList<string> Scopes { get; } = [];
}
