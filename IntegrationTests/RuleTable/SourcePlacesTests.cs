using B2BAssertions.RuleTable.Source;

using Xunit;

namespace B2BAssertions.IntegrationTests.RuleTableTests;

public sealed class SourcePlacesTests
{
    private const string File = "AuthorizationServer/ClientAssertion/SomeRules.cs";

    private const string Text = """
        namespace B2BAssertions.AuthorizationServer.ClientAssertion;

        /// <summary>All of it (AS-01).</summary>
        internal sealed partial class SomeRules(IOptions<Settings> options)
        {
            /// <summary>AS-02.</summary>
            public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

            /// <summary>
            /// AS-03 (RFC 8725 §3.1): on several lines.
            /// </summary>
            [GeneratedRegex("AS-90")]
            private static AssertionFault? CheckAlgorithm(UnverifiedAssertion assertion, int limit = 3) =>
                throw new NotSupportedException("AS-91");

            /// <summary>AS-04, AS-05.</summary>
            public required string Name { get; init; }

            public async Task<(string? Found, bool IsNew)> FindAsync()
            {
                // AS-06: beside the line that does it.
                await Task.Yield();
                return (null, true); // AS-07
            }

            /// <summary>AS-08.</summary>
            public Task<IReadOnlyList<string>> ListAsync<T>(T value) => throw new NotSupportedException("https://as-92.example");
        }
        """;

    [Theory]
    [InlineData("AS-01", "SomeRules")]
    [InlineData("AS-02", "SomeRules.Timeout")]
    [InlineData("AS-03", "SomeRules.CheckAlgorithm")]
    [InlineData("AS-04", "SomeRules.Name")]
    [InlineData("AS-05", "SomeRules.Name")]
    [InlineData("AS-06", "SomeRules.FindAsync")]
    [InlineData("AS-07", "SomeRules.FindAsync")]
    [InlineData("AS-08", "SomeRules.ListAsync")]
    public void A_comment_that_names_a_rule_is_a_place_of_it(string rule, string name)
    {
        var place = Assert.Single(Find(), found => found.Rule == rule).Place;

        Assert.Equal((File, name), (place.File, place.Name));
    }

    [Fact]
    public void An_id_in_a_string_is_no_place() =>
        Assert.DoesNotContain(Find(), found => found.Rule.StartsWith("AS-9", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void A_service_or_a_library_enforces_a_rule_and_another_service_does_not()
    {
        var places = new SourcePlaces(new[]
        {
            new Place("ServiceDefaults/Limits.cs", "Add"),
            new Place("AuthorizationServer/Check.cs", null),
            new Place("PartnerClient/Client.cs", "Send"),
        }.ToLookup(_ => "AS-01"));

        Assert.Equal(["Check", "Limits.Add"], places.Of("AS-01", "AuthorizationServer").Select(place => place.Name));
        Assert.Empty(places.Of("AS-02", "AuthorizationServer"));
    }

    private static List<(string Rule, Place Place)> Find() => [.. SourcePlaces.Find(File, Text.ReplaceLineEndings("\n").Split('\n'))];
}
