using System.Reflection;

using B2BAssertions.RuleTable.Rules;
using B2BAssertions.RuleTable.Source;

using Xunit;

namespace B2BAssertions.IntegrationTests.Conventions;

/// <summary>docs/security.md joins rules, sources and tests by the rules' ids: a mistyped one would prove nothing, and nobody would see it.</summary>
public sealed class RuleIdTests
{
    private const BindingFlags OwnMethods = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Those of data rows are checked by the command, which reads them from the report.</summary>
    [Fact]
    public void Every_Rule_trait_names_a_known_rule()
    {
        var traits = typeof(RuleIdTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(OwnMethods).Cast<MemberInfo>().Prepend(type))
            .SelectMany(member => member.GetCustomAttributes<TraitAttribute>(inherit: false).Select(trait => (Member: member, Trait: trait)))
            .Where(found => found.Trait.Name == "Rule")
            .ToList();

        Assert.True(traits.Count > 100, $"Only {traits.Count} traits found.");
        Assert.Empty(traits
            .Where(found => !RuleList.Ids.Contains(found.Trait.Value))
            .Select(found => $"{found.Trait.Value} at {found.Member.DeclaringType?.Name} {found.Member.Name}"));
    }

    /// <summary>A trait of another name, such as "rule", would be no proof.</summary>
    [Fact]
    public void Traits_have_no_other_name() => Assert.Equal(
        ["Rule"],
        typeof(RuleIdTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(OwnMethods).Cast<MemberInfo>().Prepend(type))
            .SelectMany(member => member.GetCustomAttributes<TraitAttribute>(inherit: false))
            .Select(trait => trait.Name)
            .Distinct());

    [Fact]
    public void Every_rule_that_a_comment_names_is_known()
    {
        var prefixes = RuleList.Sections.Select(section => $"{section.Prefix}-").ToList();
        var named = Repository.ServiceSources()
            .SelectMany(file => SourcePlaces.Find(Path.GetRelativePath(Repository.Folder, file), File.ReadAllLines(file)))
            .Where(found => prefixes.Any(prefix => found.Rule.StartsWith(prefix, StringComparison.Ordinal)))
            .ToList();

        Assert.True(named.Count > 50, $"Only {named.Count} ids found.");
        Assert.DoesNotContain(named, found => !RuleList.Ids.Contains(found.Rule));
    }

    [Fact]
    public void Each_rule_has_an_id_of_its_own_in_its_section()
    {
        Assert.Equal(RuleList.Sections.Sum(section => section.Rules.Count), RuleList.Ids.Count);
        Assert.All(RuleList.Sections, section => Assert.Equal(
            Enumerable.Range(1, section.Rules.Count).Select(number => $"{section.Prefix}-{number:00}"),
            section.Rules.Select(rule => rule.Id)));
    }
}
