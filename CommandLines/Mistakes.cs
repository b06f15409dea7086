using System.CommandLine;
using System.CommandLine.Invocation;

namespace B2BAssertions.CommandLines;

public static class Mistakes
{
    /// <summary>For a tool whose standard output is its result's: a mistyped option is told on standard error alone, without the help.</summary>
    public static ParseResult ToldOnStandardErrorAlone(this ParseResult typed)
    {
        if (typed.Action is ParseErrorAction mistake)
        {
            mistake.ShowHelp = false;
            mistake.ShowTypoCorrections = false;
        }

        return typed;
    }
}
