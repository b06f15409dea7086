using System.Net;

using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Orders;

/// <summary>Reads the partner's orders, page after page.</summary>
internal sealed class OrdersClient(HttpClient http, Requests requests, IOptions<PartnerClientOptions> options, TimeProvider time)
{
    public const string Setting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.OrdersApi)}";
    private const int PageSize = 100;

    /// <summary>An API that always names a next page must not keep a flow going for ever.</summary>
    private const int MaxPages = 50;

    private readonly Uri _first = new($"{options.Value.OrdersApi.TrimEnd('/')}/orders?limit={PageSize}");

    public async Task<Outcome<IReadOnlyList<OrderReport>>> GetAllAsync(CancellationToken cancellationToken)
    {
        var orders = new List<OrderReport>();
        var address = _first;
        for (var pages = 0; address is not null; pages++)
        {
            if (pages == MaxPages)
            {
                return Unreadable(_first, $"names more than {MaxPages} pages of orders");
            }

            if ((await GetPageAsync(address, cancellationToken)).IsFailure(out var failure, out var page))
            {
                return failure;
            }

            orders.AddRange(page.Orders);
            address = page.Next;
        }

        return Outcome<IReadOnlyList<OrderReport>>.From(orders);
    }

    private async Task<Outcome<OrdersPage>> GetPageAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        Answer answer;
        try
        {
            answer = await requests.SendAsync(http, request, cancellationToken);
        }
        catch (AccessTokenUnavailableException exception)
        {
            return FlowFailures.NoToken(exception.Failure, time);
        }

        if (answer.IsTransient)
        {
            return FlowFailures.Unavailable(FlowSteps.Orders, address.AbsoluteUri, Setting, answer);
        }

        if (answer.Status is >= HttpStatusCode.BadRequest)
        {
            return Refused(address, answer);
        }

        return answer is { IsSuccess: true, Json: { } json } && OrdersPage.TryRead(json, address, out var page)
            ? page
            : Unreadable(address, $"{answer.Description}, and not with a page of orders");
    }

    private static FlowFailure Refused(Uri address, Answer answer) => new(
        FlowSteps.Orders,
        "orders_refused",
        $"{address} {answer.Description}.",
        answer.Status switch
        {
            HttpStatusCode.Unauthorized =>
                "A fresh token was refused as well: ask the API owner which issuer and audience the API expects, naming the trace id.",
            HttpStatusCode.Forbidden =>
                $"Ask the API owner for the scope it needs, and set {PartnerClientOptions.Section}:{nameof(PartnerClientOptions.Scope)}.",
            _ => $"Check that {Setting} is the base address of the orders API.",
        },
        IsPermanent: true);

    private static FlowFailure Unreadable(Uri address, string what) => new(
        FlowSteps.Orders,
        "orders_unreadable",
        $"{address} {what}.",
        $"Check that {Setting} is the base address of the orders API, and what stands between it and this machine.",
        IsPermanent: false);
}
