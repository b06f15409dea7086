using System.CommandLine;
using System.Net;
using System.Text.Json;

using B2BAssertions.CommandLines;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;
using B2BAssertions.PartnerClient.Orders;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary><c>orders</c>: the partner's orders at the API, each command with the scope it needs.</summary>
internal static class OrderCommands
{
    private const string Member = "orders";

    private static readonly Column[] Block =
    [
        new("Id", "id"),
        new("Placed", "placedAt"),
        new("Status", "status"),
        new("Total", "total"),
        new("Currency", "currency"),
    ];

    private static readonly Column[] LineRow =
    [
        new("SKU", "sku"),
        new("Description", "description"),
        new("Quantity", "quantity"),
        new("Unit price", "unitPrice"),
    ];

    public static Command Create(CommandFactory<PartnerRun> commands) => new("orders", "This partner's orders at the API.")
    {
        List(commands),
        Get(commands),
        NewOrderCommand.Create(commands),
    };

    private static Command List(CommandFactory<PartnerRun> commands)
    {
        var scope = Globals.Scope($"'{SystemSettings.ReadScope}'");
        return commands.Create("list", "All orders of this partner, newest last.", [scope], async (run, cancellationToken) =>
        {
            run.AskFor(run.Get(scope) ?? SystemSettings.ReadScope);
            run.OpenKey();
            var orders = (await run.Part<OrdersClient>().GetAllAsync(cancellationToken)).OrFail();
            run.ShowList(
                JsonSerializer.SerializeToElement(new { orders }, JsonSerializerOptions.Web),
                answer => answer.GetProperty(Member).EnumerateArray(),
                Block);
        });
    }

    private static Command Get(CommandFactory<PartnerRun> commands)
    {
        var id = new Argument<string>("ID") { Description = "The order's id, as 'orders list' shows it." };
        id.Validators.Add(result =>
        {
            // Percent-encoding leaves dots alone, and a dot segment would make the address that of another thing (RFC 3986 §5.2.4).
            if (result.Tokens is [{ Value: "" or "." or ".." }])
            {
                result.AddError("ID: expected the id of an order, such as 'orders list' shows it.");
            }
        });
        var scope = Globals.Scope($"'{SystemSettings.ReadScope}'");
        return commands.Create("get", "One order with its lines.", [id, scope], async (run, cancellationToken) =>
        {
            run.AskFor(run.Get(scope) ?? SystemSettings.ReadScope);
            run.OpenKey();
            var client = run.Part<OneOrderClient>();
            var answer = (await client.GetAsync(run.Get(id), cancellationToken)).OrFail();
            ShowOrder(run, ReadOrder(answer, client.AddressOf(run.Get(id))));
        });
    }

    /// <summary>The order as the API shows it.</summary>
    public static void ShowOrder(PartnerRun run, JsonElement order)
    {
        run.Show(order, Block);
        if (!run.IsJson && order.TryGetProperty("lines", out var lines) && lines.ValueKind == JsonValueKind.Array)
        {
            run.Output.WriteLine();
            TextTable.WriteRows(run.Output, LineRow, lines.EnumerateArray().Where(line => line.ValueKind == JsonValueKind.Object));
        }
    }

    /// <exception cref="CommandException">The answer is none with an order.</exception>
    public static JsonElement ReadOrder(Answer answer, string address) => answer switch
    {
        { IsSuccess: true, Json: { } order } => order,
        { IsTransient: true } => throw FlowFailures.Unavailable(FlowSteps.Orders, address, OrdersClient.Setting, answer).ToException(),
        { Status: >= HttpStatusCode.BadRequest } => throw OrderRefusal.Of(answer, address),
        _ => throw CommandException.Failed(
            "orders_unreadable", $"{address} {answer.Description}, and not with an order. Check that {OrdersClient.Setting} is the orders API's address."),
    };
}
