namespace B2BAssertions.JwksService.Commands;

/// <summary>What a command has around it.</summary>
/// <param name="Output">Where results go, and nothing else, so that they can be piped.</param>
/// <param name="Error">Where warnings, failures and hints go.</param>
/// <param name="Variable">Reads an environment variable; null when it is not set.</param>
internal sealed record Surroundings(TextWriter Output, TextWriter Error, Func<string, string?> Variable, TimeProvider Time)
{
    public static Surroundings OfThisProcess { get; } =
        new(Console.Out, Console.Error, Environment.GetEnvironmentVariable, TimeProvider.System);
}
