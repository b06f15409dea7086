namespace B2BAssertions.CommandLines;

/// <summary>What a command has around it.</summary>
/// <param name="Output">Where results go, and nothing else, so that they can be piped.</param>
/// <param name="Error">Where warnings, failures and hints go.</param>
public sealed record Surroundings(TextWriter Output, TextWriter Error)
{
    public static Surroundings OfThisProcess { get; } =
        new(Console.Out, Console.Error) { IsOutputTerminal = !Console.IsOutputRedirected };

    /// <summary>Whether a person reads the output, and no file or pipe.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>What is piped in.</summary>
    public Func<Stream> OpenInput { get; init; } = Console.OpenStandardInput;

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
