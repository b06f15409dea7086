using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// An endpoint that takes bearer credentials of another kind beside access tokens. What they are worth is for the endpoint to check: its
/// policy says whether they may come so far (<see cref="ScopeRequirement.OrOtherBearerCredentials"/>).
/// </summary>
public static class OtherBearerCredentials
{
    /// <param name="isOther">Whether a token has the form of the other kind; the form alone, because it is asked before anything is checked.</param>
    public static TBuilder AcceptOtherBearerCredentials<TBuilder>(this TBuilder endpoint, Predicate<string> isOther)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Form(isOther));

    internal static bool Include(Endpoint? endpoint, string token) => endpoint?.Metadata.GetMetadata<Form>()?.IsOther(token) is true;

    private sealed class Form(Predicate<string> isOther)
    {
        public Predicate<string> IsOther => isOther;
    }
}
