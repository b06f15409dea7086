namespace B2BAssertions.AuthorizationServer.Apis;

/// <summary>What is wrong with the configured APIs, each setting by name.</summary>
internal static class ApiOptionsValidator
{
    public static IEnumerable<string> Validate(string setting, IReadOnlyCollection<ApiOptions> apis) => apis
        .SelectMany((api, index) => Validate($"{setting}:{index}", api))
        .Concat(Repeated(setting, "Audience", apis.Select(api => api.Audience)))
        .Concat(Repeated(setting, "scope", apis.SelectMany(api => api.Scopes)));

    private static IEnumerable<string> Validate(string setting, ApiOptions api)
    {
        if (string.IsNullOrWhiteSpace(api.Audience))
        {
            yield return $"{setting}:Audience is missing: expected the identifier of the API, as it stands in its tokens.";
        }

        if (api.Scopes.Count == 0 || !api.Scopes.All(IsScope))
        {
            yield return $"{setting}:Scopes is empty or holds what is no scope: expected at least one, one word each, "
                + "of printable ASCII characters without quotation mark and backslash.";
        }
    }

    /// <summary>RFC 6749 §3.3: the characters of a scope-token.</summary>
    private static bool IsScope(string scope) =>
        scope.Length > 0 && scope.All(character => character is > ' ' and <= '~' and not '"' and not '\\');

    private static IEnumerable<string> Repeated(string setting, string what, IEnumerable<string> values) => values
        .GroupBy(value => value, StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => $"{setting} names the {what} '{group.Key}' {group.Count()} times: expected once.");
}
