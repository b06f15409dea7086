using System.Runtime.CompilerServices;

using Spectre.Console;
using Spectre.Console.Rendering;

namespace B2BAssertions.Standalone.Flow;

/// <summary>A terminal in colour, or plain text when the output is redirected.</summary>
internal sealed class Terminal
{
    /// <summary>Wide enough that no line is broken: a terminal wraps long values itself, and a copied address stays whole.</summary>
    private const int Unbroken = 1000;

    /// <summary>Room for a table in a file.</summary>
    private const int RedirectedWidth = 160;

    private readonly IAnsiConsole _console;
    private readonly int _tableWidth;

    private Terminal(IAnsiConsole console, int tableWidth)
    {
        _console = console;
        _tableWidth = tableWidth;
        _console.Profile.Width = Unbroken;
    }

    public static Terminal Create(TextWriter output)
    {
        var isRedirected = Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
        });
        return new Terminal(console, isRedirected ? RedirectedWidth : console.Profile.Width);
    }

    /// <param name="markup">Spectre markup; what is inserted is shown as it is.</param>
    public void WriteLine(FormattableString markup) =>
        _console.MarkupLineInterpolated(FormattableStringFactory.Create(markup.Format, [.. markup.GetArguments().Select(Printable)]));

    public void WriteLine() => _console.WriteLine();

    public static IRenderable Cell(string value) => new Text(Printable(value));

    public void Write(Table table)
    {
        _console.Profile.Width = _tableWidth;
        _console.Write(table);
        _console.Profile.Width = Unbroken;
    }

    private static object? Printable(object? argument) => argument is string value ? Printable(value) : argument;

    /// <summary>What a server sent never steers the terminal.</summary>
    private static string Printable(string value) => string.Concat(value.Select(letter => char.IsControl(letter) ? '?' : letter));
}
