using B2BAssertions.IntegrationTests.AuthorizationServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>One row of the matrix: a token request that must get no token, and how it is refused.</summary>
/// <param name="Name">What is wrong, in a few words; a row's test is found by it.</param>
/// <param name="Rule">The rule that refuses it; null where none of ours does, but the web server or OpenIddict.</param>
/// <param name="Code">The code in the log; null where the request fails before there is a client to authenticate.</param>
/// <param name="Make">Makes the request, for an attempt of its own.</param>
internal sealed record Attack(string Name, string? Rule, string? Code, Func<Attempt, HttpRequestMessage> Make)
{
    /// <summary>What happened before, such as the use of the assertion that is then replayed.</summary>
    public Func<Attempt, Task> Before { get; init; } = _ => Task.CompletedTask;

    public int Status { get; init; } = 401;

    public string Error { get; init; } = "invalid_client";

    /// <summary>Whose identifier the attack must not burn (AS-14); null where it was used before.</summary>
    public Func<AttackedServer, AssertionMaker>? Victim { get; init; } = server => server.A;

    /// <summary>A right request but for its assertion.</summary>
    public static Attack With(string name, string rule, string code, Func<Attempt, string> assertion) =>
        new(name, rule, code, attempt => attempt.Request(assertion(attempt)));

    /// <summary>The same by client B, which signs with ES256.</summary>
    public static Attack OfB(string name, string rule, string code, Func<Attempt, string> assertion) =>
        With(name, rule, code, assertion) with { Victim = server => server.B };

    /// <summary>One row, one test, with the rule as its trait.</summary>
    public static IEnumerable<TheoryDataRow<string>> Rows(IEnumerable<Attack> attacks) => attacks.Select(attack => Row(attack.Name, attack.Rule));

    public static TheoryDataRow<string> Row(string name, string? rule)
    {
        var row = new TheoryDataRow<string>(name);
        return rule is null ? row : row.WithTrait("Rule", rule);
    }

    public override string ToString() => Name;
}
