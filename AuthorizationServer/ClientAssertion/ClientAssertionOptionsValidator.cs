using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>What is wrong with the rules of assertions, the server's or a client's, each setting by name.</summary>
internal static class ClientAssertionOptionsValidator
{
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(10);

    /// <summary>AS-08: no option goes beyond.</summary>
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromMinutes(5);

    /// <summary>AS-09: more is always refused (FAPI 2.0 Security Profile §5.3.2.1-13).</summary>
    private static readonly TimeSpan LargestSkew = TimeSpan.FromMinutes(1);

    public static IEnumerable<string> Validate(string setting, ClientAssertionOptions options) =>
        Algorithms($"{setting}:{nameof(options.AllowedAlgorithms)}", options.AllowedAlgorithms)
            .Concat(Times(setting, options.MaxLifetime, options.ClockSkew));

    public static IEnumerable<string> Validate(string setting, ClientAssertionOverrides options) =>
        Times(setting, options.MaxLifetime, options.ClockSkew);

    public static IEnumerable<string> Algorithms(string setting, IEnumerable<string> algorithms) => algorithms
        .Where(algorithm => !SigningAlgorithm.TryParse(algorithm, out _))
        .Select(algorithm => $"{setting} holds '{algorithm}': expected {string.Join(" or ", SigningAlgorithm.All)}.");

    private static IEnumerable<string> Times(string setting, TimeSpan? maxLifetime, TimeSpan? clockSkew) =>
    [
        .. OutOf($"{setting}:{nameof(ClientAssertionOptions.MaxLifetime)}", maxLifetime, ShortestLifetime, LongestLifetime),
        .. OutOf($"{setting}:{nameof(ClientAssertionOptions.ClockSkew)}", clockSkew, TimeSpan.Zero, LargestSkew),
    ];

    private static string[] OutOf(string setting, TimeSpan? value, TimeSpan least, TimeSpan most) =>
        value < least || value > most ? [$"{setting} is {value}: expected {least} to {most}."] : [];
}
