using System.CommandLine;
using System.CommandLine.Parsing;

namespace B2BAssertions.CommandLines;

/// <summary>Arguments and options that name a file.</summary>
public static class FileNames
{
    public const string HelpName = "FILE";

    public static Argument<string> Argument(string description)
    {
        var argument = new Argument<string>(HelpName) { Description = description };
        argument.Validators.Add(result => Check(result, argument));
        return argument;
    }

    /// <param name="isRecursive">Whether the commands below have it too.</param>
    public static Option<string?> Option(string name, string description, bool isRequired = false, bool isRecursive = false)
    {
        var option = new Option<string?>(name)
        {
            HelpName = HelpName,
            Description = description,
            Required = isRequired,
            Recursive = isRecursive,
        };
        option.Validators.Add(result => Check(result, option));
        return option;
    }

    /// <summary>Most likely a shell's variable that is not set: no default may take its place.</summary>
    private static void Check(SymbolResult result, Symbol symbol)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        {
            result.AddError($"{symbol.Name}: expected the name of a file, found nothing.");
        }
    }
}
