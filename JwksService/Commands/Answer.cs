using System.Globalization;
using System.Net;
using System.Text.Json;

using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.Commands;

/// <summary>What a server answered. No record: that would print tokens.</summary>
/// <param name="address">Whose answer it is.</param>
/// <param name="json">The body's JSON object; null when it is something else, such as the HTML page of a proxy.</param>
/// <param name="retryAfter">When the server wants to be asked again; null when it does not say.</param>
internal sealed class Answer(string address, HttpStatusCode status, JsonElement? json, TimeSpan? retryAfter)
{
    public HttpStatusCode Status { get; } = status;

    public JsonElement? Json { get; } = json;

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>To stand in a sentence.</summary>
    public string Description => $"{address} answered {(int)Status}";

    /// <summary>To stand behind a sentence: the server's own word on when to try again (RFC 9110 §10.2.3, RFC 6585 §4), or nothing.</summary>
    public string WhenToTryAgain =>
        Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable && retryAfter is { } wait
            ? string.Create(CultureInfo.InvariantCulture, $" Try again in {wait.TotalSeconds:0} s.")
            : "";

    /// <summary>A string member, cut and without control characters: for sentences, not for use.</summary>
    public string? Shown(string member) => ForeignText.Shown(Json?.GetOptionalString(member));
}
