using System.Text.RegularExpressions;

namespace B2BAssertions.RuleTable.Source;

/// <summary>
/// The places of the source whose comment names a rule: beside each check stands the id of the rule that demands it. An id in a string
/// is what the code says, not what it does, and does not count.
/// </summary>
internal sealed partial class SourcePlaces(ILookup<string, Place> places)
{
    private static readonly string[] Services = ["AuthorizationServer", "JwksService", "OrdersApi", "PartnerClient"];

    /// <summary>They start, call, describe or test the services and enforce nothing.</summary>
    private static readonly string[] NotEnforcing =
        ["AppHost/", "Benchmarks/", "IntegrationTests/", "JwksService/Commands/", "RuleTable/", "Standalone/"];

    [GeneratedRegex(@"\b[A-Z]{2}-[0-9]{2}\b")]
    private static partial Regex RuleId { get; }

    [GeneratedRegex(@"(?:^\s*|\s)//(?<text>.*)$")]
    private static partial Regex Comment { get; }

    public static SourcePlaces Read(string repository) => new(SourceFiles.Below(repository)
        .Where(file => file.Contains('/') && !NotEnforcing.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)))
        .SelectMany(file => Find(file, File.ReadAllLines(Path.Combine(repository, file))))
        .ToLookup(found => found.Rule, found => found.Place));

    /// <summary>A rule of one service is enforced there or in a library; what another service's source says of it is a remark.</summary>
    public IReadOnlyList<Place> Of(string rule, string service) =>
    [
        .. places[rule]
            .Where(place => place.Service == service || !Services.Contains(place.Service))
            .Distinct()
            .OrderBy(place => place.File, StringComparer.Ordinal)
            .ThenBy(place => place.Member, StringComparer.Ordinal),
    ];

    public static IEnumerable<(string Rule, Place Place)> Find(string file, string[] lines) =>
        from index in Enumerable.Range(0, lines.Length)
        let comment = Comment.Match(lines[index])
        where comment.Success
        from id in RuleId.Matches(comment.Groups["text"].Value)
        select (id.Value, new Place(file, Declaration.MemberAt(lines, index)));
}
