using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.CommandLines;

namespace B2BAssertions.AuthorizationServer.Commands;

/// <summary>The signing keys with what they are for, as a table or as JSON. Never a private key.</summary>
internal static class SigningKeyTable
{
    private static readonly string[] Headings = ["KID", "ALGORITHM", "STATE", "PUBLISHED", "SIGNS FROM", "PUBLISHED UNTIL", "WITHDRAWN"];

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        // For a terminal, not for HTML: a time zone's plus sign stays one.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(TextWriter output, SigningKeyTimeline timeline, DateTimeOffset now, bool isJson)
    {
        var rows = timeline.Keys
            .Select(key => new Row(
                key.KeyId,
                key.Algorithm,
                timeline.StateOf(key, now),
                key.PublishedAt,
                key.SignsFrom,
                key.SignsFrom - key.PublishedAt,
                timeline.PublishedUntil(key),
                key.WithdrawnAt))
            .ToList();
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new { keys = rows }, JsonOptions));
        }
        else
        {
            TextTable.Write(output, [Headings, .. rows.Select(Cells)]);
        }
    }

    private static string[] Cells(Row row) =>
    [
        row.Kid,
        row.Algorithm,
        JsonNamingPolicy.CamelCase.ConvertName(row.State.ToString()),
        TimeText.Of(row.PublishedAt),
        TimeText.Of(row.SignsFrom),
        TimeText.Of(row.PublishedUntil),
        TimeText.Of(row.WithdrawnAt),
    ];

    private sealed record Row(
        string Kid,
        string Algorithm,
        SigningKeyState State,
        DateTimeOffset PublishedAt,
        DateTimeOffset SignsFrom,
        TimeSpan PublishedAhead,
        DateTimeOffset? PublishedUntil,
        DateTimeOffset? WithdrawnAt);
}
