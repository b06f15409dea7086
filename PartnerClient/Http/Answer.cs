using System.Net;
using System.Text.Json;

using B2BAssertions.Jose;

namespace B2BAssertions.PartnerClient.Http;

/// <summary>What came back for a request; no answer at all is an answer too.</summary>
/// <param name="Status">Null when none came.</param>
/// <param name="Json">The body's JSON object; null when it is something else, such as the HTML page of a proxy.</param>
/// <param name="Unreachable">Why no answer came, to stand after the address in a sentence; null when one came.</param>
/// <param name="RetryAfter">How long the server asks to be left alone (RFC 9110 §10.2.3); null when it does not say, or as a date.</param>
/// <param name="MaxAge">How long the answer may be kept (RFC 9111 §5.2.2.1); null when it does not say.</param>
internal sealed record Answer(
    HttpStatusCode? Status,
    JsonElement? Json,
    string? Unreachable,
    TimeSpan? RetryAfter = null,
    TimeSpan? MaxAge = null)
{
    private const int MaxCodeLength = 64;

    /// <summary>How the body is compressed although nobody asked for it, so that it cannot be read; null when it is not.</summary>
    public string? Packing { get; init; }

    /// <summary>Whether the server said how to authenticate, as only one that knows tokens does (RFC 6750 §3).</summary>
    public bool IsChallenged { get; init; }

    public static Answer None(string why) => new(null, null, why);

    public bool IsSuccess => (int?)Status is >= 200 and < 300;

    /// <summary>Whether the same request may well succeed later (RFC 9110 §15.5.9, §15.6; RFC 6585 §4).</summary>
    public bool IsTransient =>
        Status is null or >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    /// <summary>
    /// A stable code in the body, or null. What is no code is left out: the text comes from outside and goes into logs.
    /// </summary>
    public string? CodeIn(string member) =>
        Json?.GetOptionalString(member) is { Length: > 0 and <= MaxCodeLength } code && code.All(IsCodeCharacter) ? code : null;

    /// <summary>The code of a problem document (RFC 9457).</summary>
    public string? ProblemCode => CodeIn("code");

    /// <summary>To stand after an address in a sentence: never a part of the body but its code.</summary>
    public string Description => Unreachable ?? $"answered {(int)Status!}" + (Packing, ProblemCode) switch
    {
        ({ } packing, _) => $" with a body that is compressed ({ForeignText.Shown(packing)}), which was not asked for",
        (_, { } code) => $" ({code})",
        _ => "",
    };

    private static bool IsCodeCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.';
}
