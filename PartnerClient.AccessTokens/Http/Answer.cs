using System.Net;
using System.Text.Json;

using B2BAssertions.Jose;

using Duende.IdentityModel;

namespace B2BAssertions.PartnerClient.AccessTokens.Http;

/// <summary>What came back for a request; no answer at all is an answer too.</summary>
/// <param name="Status">Null when none came.</param>
/// <param name="Json">The body's JSON object; null when it is something else, such as the HTML page of a proxy.</param>
/// <param name="Unreachable">Why no answer came, to stand after the address in a sentence; null when one came.</param>
/// <param name="RetryAfter">How long the server asks to be left alone (RFC 9110 §10.2.3); null when it does not say.</param>
internal sealed record Answer(HttpStatusCode? Status, JsonElement? Json, string? Unreachable, TimeSpan? RetryAfter)
{
    private const int MaxCodeLength = 64;

    /// <summary>How far this machine's clock is ahead of the server's, as its Date says (RFC 9110 §6.6.1); null when it does not say.</summary>
    public TimeSpan? ClockAhead { get; init; }

    /// <summary>How the body is compressed although nobody asked for it, so that it cannot be read; null when it is not.</summary>
    public string? Packing { get; init; }

    public static Answer None(string why) => new(null, null, why, null);

    public bool IsSuccess => (int?)Status is >= 200 and < 300;

    public bool IsTooMany => Status == HttpStatusCode.TooManyRequests;

    /// <summary>Whether the same request may well succeed later (RFC 9110 §15.5.9, §15.6; RFC 6585 §4).</summary>
    public bool IsTransient =>
        Status is null or >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout || IsTooMany;

    /// <summary>RFC 6749 §5.2. What is no code is left out: the text comes from outside and goes into logs.</summary>
    public string? Error =>
        Json?.GetOptionalString(OidcConstants.TokenResponse.Error) is { Length: > 0 and <= MaxCodeLength } code && code.All(IsCodeCharacter)
            ? code
            : null;

    /// <summary>To stand after an address in a sentence: never a part of the body.</summary>
    public string Description => Unreachable
        ?? $"answered {(int)Status!}{(Packing is null ? "" : $" with a body that is compressed ({ForeignText.Shown(Packing)}), which was not asked for")}";

    private static bool IsCodeCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.';
}
