using System.Text.Json;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>What came back, whatever answered.</summary>
internal sealed record AttackAnswer(int Status, string Text, bool NoStore)
{
    public string? Error => Member("error");

    public static async Task<AttackAnswer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        response.Headers.CacheControl?.NoStore == true);

    private string? Member(string name)
    {
        if (!Text.StartsWith('{'))
        {
            return null;
        }

        using var document = JsonDocument.Parse(Text);
        return document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
