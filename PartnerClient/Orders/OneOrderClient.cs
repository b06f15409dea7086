using System.Net.Http.Headers;
using System.Net.Mime;

using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Orders;

/// <summary>Reads or places one order, for a person who asks for it.</summary>
internal sealed class OneOrderClient(HttpClient http, Requests requests, IOptions<PartnerClientOptions> options, TimeProvider time)
{
    /// <summary>draft-ietf-httpapi-idempotency-key-header-07 §2.1.</summary>
    public const string IdempotencyKeyHeader = "Idempotency-Key";

    /// <summary>The address of all orders.</summary>
    public string Orders { get; } = $"{options.Value.OrdersApi.TrimEnd('/')}/orders";

    public string AddressOf(string id) => $"{Orders}/{Uri.EscapeDataString(id)}";

    /// <returns>The API's answer, be it the order or a refusal; a failure when there is no token.</returns>
    public async Task<Outcome<Answer>> GetAsync(string id, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(id));
        return await SendAsync(request, cancellationToken);
    }

    /// <param name="order">JSON. Bytes can be sent again, as after a token that the API refused.</param>
    /// <param name="idempotencyKey">Sent again with the same one, the order is placed once.</param>
    /// <returns>The API's answer, be it the order or a refusal; a failure when there is no token.</returns>
    public async Task<Outcome<Answer>> PlaceAsync(byte[] order, string idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Orders) { Content = new ByteArrayContent(order) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);

        // A structured field's string (RFC 9651 §3.3.3).
        request.Headers.Add(IdempotencyKeyHeader, $"\"{idempotencyKey}\"");
        return await SendAsync(request, cancellationToken);
    }

    private async Task<Outcome<Answer>> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.SendAsync(http, request, cancellationToken);
        }
        catch (AccessTokenUnavailableException exception)
        {
            return FlowFailures.NoToken(exception.Failure, time);
        }
    }
}
