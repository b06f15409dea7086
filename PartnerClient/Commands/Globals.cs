using System.CommandLine;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary>The options of every command, and those that several have.</summary>
internal static class Globals
{
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Write JSON instead of text.",
        Recursive = true,
    };

    public static IReadOnlyList<Option> All { get; } = [Json];

    /// <param name="usual">What is asked for without it.</param>
    public static Option<string?> Scope(string usual) => new("--scope")
    {
        HelpName = "SCOPE",
        Description = $"Scope to ask for, instead of {usual}.",
    };
}
