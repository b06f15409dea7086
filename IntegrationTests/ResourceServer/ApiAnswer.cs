using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.ResourceServerTests;

/// <summary>An answer, with what the tests look at.</summary>
internal sealed record ApiAnswer(int Status, string? Challenge, string? MediaType, string? RetryAfter, string Text)
{
    public string? ETag { get; private init; }

    public string? Location { get; private init; }

    public string? CacheControl { get; private init; }

    public JsonNode? Body { get; } = Text.StartsWith('{') ? JsonNode.Parse(Text) : null;

    public string? Code => (string?)Body?["code"];

    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new ApiAnswer(
            (int)response.StatusCode,
            response.Headers.TryGetValues("WWW-Authenticate", out var challenges) ? string.Join(" | ", challenges) : null,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.RetryAfter?.ToString(),
            text)
        {
            ETag = response.Headers.ETag?.ToString(),
            Location = response.Headers.Location?.ToString(),
            CacheControl = response.Headers.NonValidated.TryGetValues("Cache-Control", out var cacheControl) ? cacheControl.ToString() : null,
        };
    }
}
