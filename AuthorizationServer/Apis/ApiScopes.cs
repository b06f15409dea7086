using System.Collections.Frozen;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.Apis;

/// <summary>Which API a scope belongs to.</summary>
internal sealed class ApiScopes(IOptions<AuthorizationServerOptions> options)
{
    private readonly FrozenDictionary<string, string> _audiences = options.Value.Apis
        .SelectMany(api => api.Scopes.Select(scope => KeyValuePair.Create(scope, api.Audience)))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The APIs that these scopes, all of them known, belong to.</summary>
    public IReadOnlyList<string> AudiencesOf(IEnumerable<string> scopes) =>
        [.. scopes.Select(scope => _audiences[scope]).Distinct(StringComparer.Ordinal)];
}
