using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix.AccessTokens;

/// <summary>One row of the matrix of the Orders API: a request that must not be answered with orders, and how it is refused.</summary>
/// <param name="Name">What is wrong, in a few words; a row's test is found by it.</param>
/// <param name="Rule">The rule that refuses it.</param>
/// <param name="Check">The check that the log names; null where no token was looked at.</param>
/// <param name="Make">Makes the request.</param>
internal sealed record TokenAttack(string Name, string Rule, string? Check, Func<TokenAttempt, HttpRequestMessage> Make)
{
    public int Status { get; init; } = 401;

    public string Code { get; init; } = "token_invalid";

    /// <summary>What the log says was found, where one check refuses for more than one reason.</summary>
    public string Found { get; init; } = string.Empty;

    /// <summary>What the challenge says beside the address of the metadata.</summary>
    public string Challenge { get; init; } = "error=\"invalid_token\", ";

    /// <summary>A wrong token where it belongs.</summary>
    public static TokenAttack With(string name, string check, Func<TokenAttempt, string> token) =>
        new(name, "RS-02", check, attempt => attempt.Bearing(token(attempt)));

    public static IEnumerable<TheoryDataRow<string>> Rows(IEnumerable<TokenAttack> attacks) =>
        attacks.Select(attack => Attack.Row(attack.Name, attack.Rule));

    public override string ToString() => Name;
}
