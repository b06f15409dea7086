using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.OrdersApi.Database;

using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>What a partner does with orders, sound until a test breaks one thing.</summary>
internal static class OrderSteps
{
    public const string WriteScopes = "read write";

    public static string NewKey() => $"\"{Guid.NewGuid()}\"";

    public static JsonObject NewOrder() => new()
    {
        ["currency"] = "EUR",
        ["lines"] = new JsonArray(
            new JsonObject { ["sku"] = "PMP-200", ["description"] = "Circulation pump 200 W", ["quantity"] = 2, ["unitPrice"] = 184.5m },
            new JsonObject { ["sku"] = "GSK-SET", ["description"] = "Gasket set", ["quantity"] = 10, ["unitPrice"] = 6.35m }),
    };

    /// <summary>A token with which this partner may change orders.</summary>
    public static AccessTokenMaker Writer(this OrdersSystem system, string partner) => system.Token(partner, WriteScopes);

    /// <param name="key">The header to the letter; null for none.</param>
    public static async Task<ApiAnswer> PlaceAsync(
        this OrdersSystem system,
        string? token,
        string? key,
        JsonNode? order = null,
        RunningService? replica = null)
    {
        using var request = PlaceRequest(token, key, (order ?? NewOrder()).ToJsonString());
        return await system.SendAsync(request, replica);
    }

    public static HttpRequestMessage PlaceRequest(string? token, string? key, string body, string contentType = "application/json")
    {
        var request = Request(HttpMethod.Post, "/orders", token);
        request.Content = new StringContent(body, Encoding.UTF8);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return request;
    }

    public static async Task<ApiAnswer> CancelAsync(
        this OrdersSystem system,
        string id,
        string? token,
        string? ifMatch = null,
        RunningService? replica = null)
    {
        using var request = Request(HttpMethod.Post, $"/orders/{id}/cancel", token);
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await system.SendAsync(request, replica);
    }

    public static async Task<ApiAnswer> GetUnlessAsync(this OrdersSystem system, string path, string token, string ifNoneMatch)
    {
        using var request = Request(HttpMethod.Get, path, token);
        request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return await system.SendAsync(request);
    }

    /// <returns>The id of an order of this partner that has come so far; the way there is not the API's.</returns>
    public static async Task<string> PlacedAsync(this OrdersSystem system, string partner, OrderStatus status = OrderStatus.Received)
    {
        var placed = await system.PlaceAsync(system.Writer(partner).Make(), NewKey());
        Assert.Equal(201, placed.Status);
        var id = (string)placed.Body!["id"]!;
        if (status != OrderStatus.Received)
        {
            await system.MoveAsync(id, status);
        }

        return id;
    }

    /// <summary>Somebody in the house changes the order.</summary>
    public static async Task MoveAsync(this OrdersSystem system, string id, OrderStatus status)
    {
        Assert.Equal(1, await system.QueryAsync(database => database.Orders
            .Where(row => row.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.Status, status).SetProperty(it => it.Version, it => it.Version + 1))));
    }

    public static Task<int> CountOrdersAsync(this OrdersSystem system, string partner) =>
        system.QueryAsync(database => database.Orders.CountAsync(row => row.PartnerId == partner));

    /// <summary>How many transactions on PostgreSQL wait for another one's lock.</summary>
    public static Task<int> CountLockWaitsAsync(this OrdersSystem system) => system.QueryAsync(database => database.Database
        .SqlQuery<int>($"""SELECT count(*)::int AS "Value" FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""")
        .SingleAsync());

    /// <summary>All of an answer that tells its order.</summary>
    public static (int Status, string Text, string? ETag) Seen(this ApiAnswer answer) => (answer.Status, answer.Text, answer.ETag);

    private static HttpRequestMessage Request(HttpMethod method, string path, string? token)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return request;
    }
}
