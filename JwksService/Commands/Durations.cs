using System.CommandLine.Parsing;
using System.Globalization;

namespace B2BAssertions.JwksService.Commands;

/// <summary>Times as people type them: <c>90s</c>, <c>30m</c>, <c>24h</c>, <c>7d</c>, or <c>days.hours:minutes:seconds</c>.</summary>
internal static class Durations
{
    public const string HelpName = "TIME";

    /// <summary>A number alone is refused: nobody could tell which unit was meant.</summary>
    public static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (ParseUnit(text) is { } time || (text.Contains(':', StringComparison.Ordinal) && TryParseFull(text, out time)))
        {
            return time;
        }

        result.AddError($"'{text}' is no time: expected whole seconds, such as 90s, 30m, 24h, 7d or 1.00:00:00.");
        return null;
    }

    private static TimeSpan? ParseUnit(string text)
    {
        long? secondsInUnit = text.Length == 0 ? null : text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 60 * 60,
            'd' => 24 * 60 * 60,
            _ => null,
        };
        return secondsInUnit is { } unit
            && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number * unit <= int.MaxValue
                ? TimeSpan.FromSeconds(number * unit)
                : null;
    }

    private static bool TryParseFull(string text, out TimeSpan time) =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out time)
        && time >= TimeSpan.Zero
        && time.TotalSeconds <= int.MaxValue
        && time.Ticks % TimeSpan.TicksPerSecond == 0;
}
