using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary>The parts of a JWT for people: JSON in lines, and its times beside their numbers. Never a signature.</summary>
internal static class JwtText
{
    /// <summary>For a terminal, not for HTML: the plus sign of <c>at+jwt</c> stays one.</summary>
    private static readonly JsonSerializerOptions Lines = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Claim, string Heading)[] Times = [("iat", "Issued"), ("nbf", "Not before"), ("exp", "Expires")];

    /// <param name="heading">What stands above it.</param>
    /// <param name="part">Header or claims.</param>
    public static void Write(TextWriter output, string heading, JsonObject part)
    {
        output.WriteLine();
        output.WriteLine(heading);
        foreach (var line in part.ToJsonString(Lines).ReplaceLineEndings("\n").Split('\n'))
        {
            output.WriteLine(TerminalText.Of(line));
        }
    }

    /// <summary>Lines of a block about the claims that are times.</summary>
    public static IEnumerable<string[]> TimesIn(JsonObject? claims) =>
        from time in Times
        let value = claims?[time.Claim] as JsonValue
        where value is not null && value.GetValueKind() == JsonValueKind.Number
        select new[] { time.Heading, Describe(value) };

    /// <summary>RFC 7519 §2: seconds, and parts of them if need be.</summary>
    private static string Describe(JsonValue value) =>
        value.TryGetValue<double>(out var seconds)
        && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds()
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? TimeText.Of(DateTimeOffset.FromUnixTimeSeconds((long)seconds))
            : string.Create(CultureInfo.InvariantCulture, $"{value} (no time)");
}
