using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.Commands;

/// <summary>The registry's administrative API, called with one bearer token.</summary>
/// <param name="address">The registry's address and identifier, without a trailing slash.</param>
internal sealed class RegistryClient(HttpExchange http, string address, string token)
{
    /// <summary>An API that always names a next page must not keep a command going for ever.</summary>
    private const int MaxPages = 1000;

    private const string Next = "next";

    public string Address => address;

    /// <exception cref="CommandException">Refused; code and detail are the registry's.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address + path);
        return await SendAsync(request, cancellationToken);
    }

    /// <exception cref="CommandException">Refused; code and detail are the registry's.</exception>
    public async Task<JsonElement> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address + path) { Content = JsonContent.Create(body) };
        return await SendAsync(request, cancellationToken);
    }

    /// <summary>All pages of a list, as if they were one.</summary>
    /// <param name="member">The member that holds the items.</param>
    public async Task<JsonElement> GetAllAsync(string path, string member, CancellationToken cancellationToken)
    {
        var items = new JsonArray();
        var query = "";
        for (var number = 0; number < MaxPages; number++)
        {
            var page = await GetAsync(path + query, cancellationToken);
            foreach (var item in ItemsOf(page, member))
            {
                items.Add(JsonNode.Parse(item.GetRawText()));
            }

            if (page.GetOptionalString(Next) is not { } next)
            {
                return JsonSerializer.SerializeToElement(new JsonObject { [member] = items, [Next] = null });
            }

            // Of the next page's address the query alone counts: the token goes nowhere but to this path.
            query = next.IndexOf('?', StringComparison.Ordinal) is var start and >= 0 ? next[start..] : throw Unreadable();
        }

        throw Unreadable();
    }

    /// <exception cref="CommandException">There is no such list.</exception>
    public static IEnumerable<JsonElement> ItemsOf(JsonElement answer, string member) =>
        answer.TryGetProperty(member, out var items)
        && items.ValueKind == JsonValueKind.Array
        && items.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object)
            ? items.EnumerateArray()
            : throw Unreadable();

    public static CommandException Unreadable() => CommandException.Failed(
        "registry_unreadable", "The registry's answer is none of its API's. Check the address, and that both are of the same version.");

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue(BearerToken.Scheme, token);
        var answer = await http.SendAsync(request, cancellationToken);
        if (answer.IsSuccess)
        {
            return answer.Json ?? throw Unreadable();
        }

        throw answer.Shown("code") is { } code
            ? CommandException.Failed(code, DetailOf(answer) + answer.WhenToTryAgain, answer.Shown("traceId"))
            : CommandException.Failed(
                "registry_refused",
                $"{answer.Description} without saying why. Check the address of the registry.{answer.WhenToTryAgain}");
    }

    /// <summary>RFC 9457 §3.1.4.</summary>
    private static string DetailOf(Answer answer) =>
        TerminalText.Of(answer.Json?.GetOptionalString("detail") ?? answer.Json?.GetOptionalString("title") ?? answer.Description);
}
