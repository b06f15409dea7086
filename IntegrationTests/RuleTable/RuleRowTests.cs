using B2BAssertions.RuleTable.Report;
using B2BAssertions.RuleTable.Rules;
using B2BAssertions.RuleTable.Source;
using B2BAssertions.RuleTable.Table;

using Xunit;

namespace B2BAssertions.IntegrationTests.RuleTableTests;

public sealed class RuleRowTests
{
    private static readonly Rule Plain = new("AS-01", "something holds", Rule.House);
    private static readonly Rule Storage = new("AS-10", "something is remembered", Rule.House, IsStorage: true);
    private static readonly Place Somewhere = new("AuthorizationServer/Check.cs", "CheckIt");

    private static readonly Proof Passed = new("Tests.CheckTests", "Tests.CheckTests.It_holds", Outcome.Passed, ["AS-01"], Reason: null);
    private static readonly Proof PassedOnPostgreSql = Passed with { TestClass = "Tests.CheckTestsOnPostgreSql" };

    [Fact]
    public void A_rule_with_a_place_and_passed_tests_is_proved() => Assert.Empty(Row(Plain, Passed).Faults);

    [Fact]
    public void A_storage_rule_that_passed_on_both_databases_is_proved() => Assert.Empty(Row(Storage, Passed, PassedOnPostgreSql).Faults);

    [Fact]
    public void A_rule_without_a_test_is_not_proved() => AssertOneFault(Row(Plain), "[Trait(\"Rule\", \"AS-01\")]");

    [Fact]
    public void A_rule_with_one_failed_test_among_passed_ones_is_not_proved() =>
        AssertOneFault(Row(Plain, Passed, Passed with { Outcome = Outcome.Failed, Name = "Tests.CheckTests.It_fails" }), "It_fails");

    [Fact]
    public void A_rule_with_a_skipped_test_is_not_proved_and_says_why()
    {
        var skipped = PassedOnPostgreSql with { Outcome = Outcome.Skipped, Reason = "Needs a Docker engine" };

        AssertOneFault(Row(Storage, Passed, skipped), "Needs a Docker engine");
    }

    [Fact]
    public void A_storage_rule_without_a_test_on_PostgreSQL_is_not_proved() => AssertOneFault(Row(Storage, Passed), "PostgreSQL");

    [Fact]
    public void A_rule_with_tests_on_PostgreSQL_alone_is_not_proved() => AssertOneFault(Row(Plain, PassedOnPostgreSql), "no test proves it");

    [Fact]
    public void A_rule_that_no_source_names_is_not_proved() => AssertOneFault(Row(Plain, Passed) with { Places = [] }, "no comment");

    [Fact]
    public void A_rule_whose_section_is_being_built_may_be_open_but_not_failed()
    {
        var open = Row(Plain) with { MustBeProved = false };

        Assert.True(open.IsOpen);
        Assert.Empty(open.Faults);
        AssertOneFault(open with { Tests = [Passed with { Outcome = Outcome.Failed }] }, "failed");
    }

    [Theory]
    [InlineData("Skipped", "Passed", "Skipped")]
    [InlineData("Skipped", "Failed", "Failed")]
    [InlineData("Passed", "Passed", "Passed")]
    public void The_worst_result_counts(string one, string other, string expected)
    {
        var row = Row(Plain, Passed with { Outcome = Enum.Parse<Outcome>(one) }, Passed with { Outcome = Enum.Parse<Outcome>(other) });

        Assert.Equal((expected, "NoTest"), (row.Default.ToString(), row.OnPostgreSql.ToString()));
    }

    private static RuleRow Row(Rule rule, params Proof[] tests) => new(rule, MustBeProved: true, [Somewhere], tests);

    private static void AssertOneFault(RuleRow row, string part) => Assert.Contains(part, Assert.Single(row.Faults), StringComparison.Ordinal);
}
